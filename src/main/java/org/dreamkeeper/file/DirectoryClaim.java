package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * The exclusive right to serve a directory, held by a kernel file lock that ends with the process
 * however it ends; a {@link Claimant} takes it.
 *
 * <p>POSIX locks belong to the process, not to the channel: closing any channel on the file frees
 * the lock, silently. Therefore one channel reads and writes the record, nobody in this JVM opens
 * another one, and {@link #obstacle} looks whether the path still leads to this directory, file and
 * record.
 *
 * <p>Safe from any thread. All methods block but {@link #epoch}, {@link #lastId} and {@link #lost}.
 */
public final class DirectoryClaim {
  private static final Logger LOG = Log.of(DirectoryClaim.class);

  static final String NAME = ".dreamkeeper.claim";

  private final Disk disk;
  private final Path file;
  private final String fileKey;
  private final ClaimFile content;
  private final ClaimRegistry registry;

  /** The last one that is known to be in the file. */
  private volatile ClaimRecord record;

  private volatile String lost;

  DirectoryClaim(
      Disk disk,
      Path file,
      String fileKey,
      ClaimFile content,
      ClaimRegistry registry,
      ClaimRecord record) {
    this.disk = disk;
    this.file = file;
    this.fileKey = fileKey;
    this.content = content;
    this.registry = registry;
    this.record = record;
  }

  /** The epoch: greater than every earlier one of this directory. */
  public long epoch() {
    return record.epoch();
  }

  /**
   * Takes an epoch, durably, whose tokens are all greater than one, unless the present one's are.
   *
   * @param token of this epoch, or found in a file: above 2^52 that is not gone on from
   * @return the epoch
   * @throws IOException if it could not be written
   */
  public synchronized long exceed(long token) throws IOException {
    long above = Epochs.above(token, record.epoch());
    if (above != record.epoch()) {
      write(record.next(above, record.lastId(), false));
    }
    return above;
  }

  /** The ceiling of the log ids handed out, ms; 0 if none was. */
  public long lastId() {
    return record.lastId();
  }

  /**
   * Moves the ceiling of the log ids, durably.
   *
   * @param ceiling ms; no id above it is handed out before this is called again
   * @throws IOException if it could not be written
   */
  public synchronized void reserveIds(long ceiling) throws IOException {
    write(record.next(record.epoch(), ceiling, false));
  }

  private void write(ClaimRecord next) throws IOException {
    refuseUnlessItStands();
    content.write(next);
    record = next;
  }

  /** What was found to have happened to the claim, in one line, for good; null while it stands. */
  public String lost() {
    return lost;
  }

  /**
   * Looks whether the claim still stands.
   *
   * @return null if it does; otherwise what happened to it, in one line, for good
   * @throws IOException if it cannot be looked at: nothing is known then
   */
  public synchronized String obstacle() throws IOException {
    if (lost == null) {
      lost = look();
      if (lost != null) {
        giveUp();
      }
    }
    return lost;
  }

  private String look() throws IOException {
    String moved = moved(file.getParent(), record.home());
    if (moved == null) {
      moved = moved(file, fileKey);
    }
    if (moved != null) {
      return moved;
    }
    // After a write that failed, what it wrote may be in the file: that is this claim's, too.
    boolean ours = content.isLocked() && content.read().instance().equals(record.instance());
    return ours ? null : file + " is somebody else's now";
  }

  private String moved(Path path, String key) throws IOException {
    Optional<FileStat> now = disk.stat(path);
    if (now.isPresent() && now.get().key().equals(key)) {
      return null;
    }
    return path + " was " + (now.isEmpty() ? "deleted" : "replaced");
  }

  /** What is lost may be claimed anew, also by this process. */
  private void giveUp() {
    try {
      content.close();
    } catch (IOException unknown) {
      LOG.warn("{} may stay locked until this process ends: {}", file, unknown.getMessage());
    }
    registry.release();
  }

  /** Fails unless the claim {@link #obstacle stands}. */
  void refuseUnlessItStands() throws IOException {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new ClaimLostException(file.toString(), obstacle);
    }
  }

  /** Fails unless the path still leads to the claimed directory: before something is written. */
  void check() throws IOException {
    if (lost != null || moved(file.getParent(), record.home()) != null) {
      refuseUnlessItStands();
    }
  }

  /**
   * Gives the directory back.
   *
   * @throws IOException if that could not be written; the directory is free all the same
   */
  public synchronized void release() throws IOException {
    try (content) {
      if (obstacle() == null) {
        content.write(record.next(record.epoch(), record.lastId(), true));
      }
    } finally {
      registry.release();
    }
  }
}
