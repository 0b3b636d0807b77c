package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import org.dreamkeeper.bus.impl.async.StandIns;

/**
 * Where the disk and the process table come from: the machine, or a test.
 *
 * @param disk the blocking operations
 * @param writer writes without a thread of the project's
 * @param processes who is alive
 */
public record Machine(Disk disk, Writer writer, Processes processes) {
  /** Writes a whole file, as Vert.x's file system does. */
  public interface Writer {
    /** Writes it. */
    Future<Void> write(Vertx vertx, Path file, Buffer content);
  }

  /** The machine itself. */
  public static final Machine REAL =
      new Machine(
          NioDisk.INSTANCE,
          (vertx, file, content) -> vertx.fileSystem().writeFile(file.toString(), content),
          ProcTable.INSTANCE);

  /** Gives a machine like this one, all of whose changes stay in memory. */
  public Machine preview() {
    PreviewDisk changes = new PreviewDisk(disk);
    return new Machine(changes, changes::write, processes);
  }

  /** Gives the machine, or what a test has put in its place for a Vert.x. */
  public static Machine of(Vertx vertx) {
    return StandIns.get(vertx, Machine.class, REAL);
  }
}
