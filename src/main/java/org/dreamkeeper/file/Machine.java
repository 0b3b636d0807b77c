package org.dreamkeeper.file;

import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import java.util.function.UnaryOperator;
import org.dreamkeeper.bus.impl.StandIns;

/**
 * Where the disk and the process table come from: the machine, or a test.
 *
 * @param disk the blocking operations
 * @param fileSystem lets a test stand in front of Vert.x's file system
 * @param processes who is alive
 */
public record Machine(Disk disk, UnaryOperator<FileSystem> fileSystem, Processes processes) {
  /** The machine itself. */
  public static final Machine REAL =
      new Machine(NioDisk.INSTANCE, UnaryOperator.identity(), ProcTable.INSTANCE);

  /** Gives a machine like this one, all of whose changes stay in memory. */
  public Machine preview() {
    PreviewDisk changes = new PreviewDisk(disk);
    return new Machine(changes, all -> changes.files(fileSystem.apply(all)), processes);
  }

  /** Gives the machine, or what a test has put in its place for a Vert.x. */
  public static Machine of(Vertx vertx) {
    return StandIns.get(vertx, Machine.class, REAL);
  }
}
