package org.dreamkeeper.faults;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.OpenFile;

/**
 * The machine's disk, on which a plan lets operations go wrong, and whose syncs are only noted
 * down: what a power cut would leave is known without them.
 */
final class ShadowDisk implements Disk {
  private interface Work<T> {
    /** Does it, or a part of it. */
    T run(boolean whole) throws IOException;
  }

  private final Disk disk = Machine.REAL.disk();
  private final Plan plan;
  private final Durable durable;

  ShadowDisk(Plan plan, Durable durable) {
    this.plan = plan;
    this.durable = durable;
  }

  Machine machine() {
    return new Machine(this, this::writeLater, Machine.REAL.processes());
  }

  private <T> T step(Op op, Path file, Work<T> work) throws IOException {
    plan.pass();
    synchronized (plan) {
      String name = file.getFileName().toString().replaceFirst("\\.dk[0-9]+-[0-9]+\\.tmp$", ".tmp");
      IOException end = plan.next(new Step(op, name));
      T result = work.run(end == null);
      plan.done();
      if (end != null) {
        throw end;
      }
      return result;
    }
  }

  /** What Vert.x's file system is asked for. */
  private Future<Void> writeLater(Vertx vertx, Path file, Buffer content) {
    try {
      write(file, content.getBytes());
      return Future.succeededFuture();
    } catch (IOException failure) {
      return Future.failedFuture(new io.vertx.core.file.FileSystemException(failure));
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    step(
        Op.WRITE_IN_PLACE,
        file,
        whole ->
            Files.write(file, Arrays.copyOf(content, whole ? content.length : content.length / 2)));
  }

  @Override
  public Optional<FileStat> stat(Path file) throws IOException {
    return step(Op.STAT, file, whole -> disk.stat(file));
  }

  @Override
  public byte[] read(Path file, long maxBytes) throws IOException {
    return step(Op.READ, file, whole -> disk.read(file, maxBytes));
  }

  @Override
  public void create(Path file, byte[] content, Path like, boolean sync) throws IOException {
    step(
        Op.CREATE,
        file,
        whole -> {
          disk.create(
              file,
              Arrays.copyOf(content, whole ? content.length : content.length / 2),
              like,
              false);
          durable.created(file);
          if (sync && whole) {
            durable.synced(file);
          }
          return null;
        });
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    step(
        Op.RENAME,
        to,
        whole -> {
          disk.rename(from, to);
          durable.renamed(from, to);
          return null;
        });
  }

  @Override
  public void link(Path name, Path file) throws IOException {
    step(
        Op.LINK,
        name,
        whole -> {
          disk.link(name, file);
          durable.linked(name, file);
          return null;
        });
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return step(
        Op.DELETE,
        file,
        whole -> {
          boolean there = disk.delete(file);
          durable.deleted(file);
          return there;
        });
  }

  @Override
  public void setModified(Path file, Instant modified, Path like) throws IOException {
    step(
        Op.SET_MODIFIED,
        file,
        whole -> {
          disk.setModified(file, modified, like);
          durable.stamped(file);
          return null;
        });
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return step(Op.LIST, directory, whole -> disk.list(directory));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    step(
        Op.SYNC_DIRECTORY,
        directory,
        whole -> {
          if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
          }
          durable.syncDirectory(directory);
          return null;
        });
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    step(
        Op.CREATE_DIRECTORIES,
        directory,
        whole -> {
          disk.createDirectories(directory);
          durable.createdDirectories(directory);
          return null;
        });
  }

  @Override
  public OpenFile open(Path file, boolean create) throws IOException {
    return step(
        Op.OPEN,
        file,
        whole -> {
          boolean fresh = create || !Files.exists(file);
          OpenFile opened = disk.open(file, create);
          if (fresh) {
            durable.created(file);
          }
          return new ShadowFile(opened, file, this);
        });
  }

  int readInPlace(OpenFile opened, Path file, ByteBuffer into, long at) throws IOException {
    return step(Op.READ_IN_PLACE, file, whole -> opened.read(into, at));
  }

  int writeInPlace(OpenFile opened, Path file, ByteBuffer from, long at) throws IOException {
    return step(
        Op.WRITE_IN_PLACE,
        file,
        whole -> {
          if (whole) {
            return opened.write(from, at);
          }
          return opened.write(from.slice(from.position(), from.remaining() / 2), at);
        });
  }

  void syncInPlace(Path file) throws IOException {
    step(
        Op.SYNC_IN_PLACE,
        file,
        whole -> {
          durable.synced(file);
          return null;
        });
  }
}
