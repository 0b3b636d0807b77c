package org.dreamkeeper.junit5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * Another program that uses the same directory, as the ByteRover CLI does, and has taken the lock
 * by its PID alone. There need be no such process: the project's host sees it live until the test
 * ends it.
 */
public final class ForeignHolder {
  private final long pid;
  private final Path file;
  private final ManualTime time;
  private final Map<Long, Boolean> foreign;

  ForeignHolder(long pid, Path directory, ManualTime time, Map<Long, Boolean> foreign) {
    this.pid = pid;
    this.file = directory.resolve("dream.lock");
    this.time = time;
    this.foreign = foreign;
    foreign.put(pid, true);
    write(Long.toString(pid));
  }

  /** {@return its PID} */
  public long pid() {
    return pid;
  }

  /**
   * Its dream is over: it gives the lock back, as completed now, and lives on. Whoever waits for
   * the lock gets it within a second of the project's clock.
   */
  public void releases() {
    write("");
  }

  /** It dies with the lock in its hand: who asks for the lock now, gets it. */
  public void dies() {
    foreign.put(pid, false);
  }

  /** Replaces the file, stamped with the project's time. */
  private void write(String content) {
    try {
      Path next = Files.writeString(file.resolveSibling("dream.lock.foreign"), content);
      Files.setLastModifiedTime(next, FileTime.fromMillis(time.millis()));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
