package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.store.Keeping;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.ProjectStoreContract;
import org.junit.jupiter.api.io.TempDir;

/** The contract, over files. */
class FileProjectStoreTest extends ProjectStoreContract {
  private static final Budget BUDGET = new Budget(64 << 20, 1 << 20);

  @TempDir Path directory;

  @Override
  protected Keeping keeping(Vertx vertx) {
    return new Directory(vertx, directory);
  }

  private record Directory(Vertx vertx, Path directory, FaultyDisk disk, ManualTime time)
      implements Keeping {

    Directory(Vertx vertx, Path directory) {
      this(vertx, directory, new FaultyDisk(), new ManualTime(1_795_392_000_000L));
    }

    @Override
    public boolean keepsReplies() {
      return false;
    }

    @Override
    public boolean keepsEvents() {
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
        disk.fail(Op.RENAME, "Input/output error");
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
  }
}
