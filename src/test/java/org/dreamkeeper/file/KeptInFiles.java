package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.dreamkeeper.Kept;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.store.ProjectStore;

/** A project in a directory. */
public record KeptInFiles(
    Vertx vertx, Path directory, String address, FaultyDisk disk, ManualTime time) implements Kept {
  private static final Budget BUDGET = new Budget(64 << 20, 1 << 20);

  public KeptInFiles(Vertx vertx, Path directory, String address) {
    this(vertx, directory, address, new FaultyDisk(), new ManualTime(1_795_392_000_000L));
  }

  @Override
  public boolean keepsReplies() {
    return false;
  }

  @Override
  public Future<? extends ProjectStore> open(String instance) {
    FileOptions options =
        new FileOptions(
            directory.toString(),
            true,
            new LockSharing(1_800_000, true, 0),
            instance,
            Contact.NONE,
            BUDGET);
    ProjectThreads threads = new ProjectThreads(vertx, instance);
    return FileProjectStore.open(vertx, time, threads, disk.machine(), options);
  }

  @Override
  public void changesAre(Fault fault) {
    disk.heal();
    if (fault == Fault.REFUSED) {
      for (Op op : List.of(Op.CREATE, Op.RENAME, Op.SET_MODIFIED)) {
        disk.fail(op, "No space left on device");
      }
    } else if (fault == Fault.UNCONFIRMED) {
      disk.fail(Op.SYNC_DIRECTORY, "Input/output error");
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T unchecked(Work<T> work) {
    try {
      return work.run();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void takeClaim() {
    unchecked(() -> Files.deleteIfExists(directory.resolve(DirectoryClaim.NAME)));
  }

  private Path stateFile() {
    return directory.resolve(FileStateStore.NAME);
  }

  @Override
  public void putState(String text) {
    unchecked(() -> Files.createDirectories(directory));
    if (text == null) {
      unchecked(() -> Files.deleteIfExists(stateFile()));
      return;
    }
    Path next = directory.resolve("theirs");
    unchecked(() -> Files.writeString(next, text));
    unchecked(() -> Files.move(next, stateFile(), StandardCopyOption.ATOMIC_MOVE));
  }

  @Override
  public void putEntry(String id, String text) {
    Path log = unchecked(() -> Files.createDirectories(directory.resolve(FileLogStore.NAME)));
    Path entry = log.resolve(EntryReader.name(id));
    if (text == null) {
      unchecked(() -> Files.deleteIfExists(entry));
      return;
    }
    Path next = directory.resolve("theirs");
    unchecked(() -> Files.writeString(next, text));
    unchecked(() -> Files.move(next, entry, StandardCopyOption.ATOMIC_MOVE));
  }

  @Override
  public String state() {
    return Files.exists(stateFile()) ? unchecked(() -> Files.readString(stateFile())) : null;
  }

  @Override
  public int statesSetAside() {
    String[] names = directory.toFile().list((in, name) -> name.contains(".corrupt-"));
    return names.length;
  }

  @Override
  public JsonObject config() {
    return Served.config(directory).put("address", address);
  }

  @Override
  public Served unsynced(Vertx with, Time time) {
    return served(with, time, new JsonObject().put("durability", "os"));
  }

  @Override
  public Machine machine() {
    return disk.machine();
  }

  @Override
  public void claimedBefore(long epoch) {
    String record = new JsonObject().put("epoch", epoch).put("released", true).encode();
    CRC32 crc = new CRC32();
    crc.update(record.getBytes(StandardCharsets.UTF_8));
    String line = record + " " + Long.toHexString(crc.getValue());
    unchecked(() -> Files.writeString(directory.resolve(DirectoryClaim.NAME), line));
  }

  @Override
  public byte[] lock() {
    return unchecked(() -> Files.readAllBytes(directory.resolve("dream.lock")));
  }

  @Override
  public void putLock(byte[] content) {
    unchecked(() -> Files.write(directory.resolve("dream.lock"), content));
  }

  @Override
  public void completedAt(Instant at) {
    Path lock = directory.resolve("dream.lock");
    unchecked(() -> Files.writeString(lock, ""));
    unchecked(() -> Files.setLastModifiedTime(lock, FileTime.from(at)));
  }

  @Override
  public String entry(String id) {
    Path file = directory.resolve(FileLogStore.NAME).resolve(EntryReader.name(id));
    return unchecked(() -> Files.readString(file));
  }

  @Override
  public Map<String, String> all() {
    return all(directory);
  }

  /** All that is in a directory: names, contents, mtimes. */
  public static Map<String, String> all(Path directory) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.toList()) {
        String content =
            Files.isDirectory(each)
                ? "directory"
                : new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1);
        files.put(
            directory.relativize(each).toString(), Files.getLastModifiedTime(each) + " " + content);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return files;
  }
}
