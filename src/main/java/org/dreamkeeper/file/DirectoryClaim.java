package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.store.InUseException;
import org.slf4j.Logger;

/**
 * The exclusive right to serve a directory, held by a kernel file lock that ends with the process
 * however it ends.
 *
 * <p>POSIX locks belong to the process, not to the channel: closing any channel on the file frees
 * the lock, silently. Therefore
 *
 * <ol>
 *   <li>a registry in the JVM, by file key, is asked before the file is opened a second time;
 *   <li>one channel reads and writes the record;
 *   <li>the record names the owner: whoever gets the kernel lock but finds that process alive,
 *       refuses; so a lock that was lost this way still protects;
 *   <li>{@link #obstacle} looks whether the path still leads to this directory, file and record.
 * </ol>
 *
 * <p>All methods block and are safe from any thread.
 */
public final class DirectoryClaim {
  private static final Logger LOG = Log.of(DirectoryClaim.class);

  static final String NAME = ".dreamkeeper.claim";

  private static final long NOWHERE = -1;

  private final Disk disk;
  private final Path file;
  private final String homeKey;
  private final String fileKey;
  private final ClaimRegistry registry;
  private final OpenFile channel;
  private final FileLock lock;
  private ClaimRecord record;
  private ByteBuffer written;

  /** Where a write failed, so that nobody knows what stands in that slot; or {@link #NOWHERE}. */
  private long torn = NOWHERE;

  private volatile String lost;

  private DirectoryClaim(
      Disk disk,
      Path file,
      String homeKey,
      String fileKey,
      ClaimRegistry registry,
      OpenFile channel,
      FileLock lock) {
    this.disk = disk;
    this.file = file;
    this.homeKey = homeKey;
    this.fileKey = fileKey;
    this.registry = registry;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Claims a directory and takes the next epoch, durably.
   *
   * @param disk where
   * @param directory its real path; it exists
   * @param instance the claimant's id
   * @param processes tells who is alive
   * @return the claim; {@link #release} it
   * @throws InUseException if somebody serves it
   * @throws IOException if it cannot be claimed
   */
  static DirectoryClaim take(Disk disk, Path directory, String instance, Processes processes)
      throws IOException {
    ClaimRegistry registry = new ClaimRegistry();
    try {
      FileStat home = disk.stat(directory).orElseThrow();
      Optional<FileStat> file = disk.stat(directory.resolve(NAME));
      String fileKey = file.map(FileStat::key).orElse("");
      reserved(registry.reserveDirectory(home.key(), fileKey), directory, processes);
      DirectoryClaim claim = open(disk, directory, home, file, registry, instance, processes);
      registry.held(home.key(), claim.fileKey);
      return claim;
    } catch (Throwable refused) {
      registry.release();
      throw refused;
    }
  }

  private static void reserved(boolean done, Path directory, Processes processes) {
    if (!done) {
      throw inUse(directory, "this process, PID " + processes.self().pid());
    }
  }

  private static DirectoryClaim open(
      Disk disk,
      Path directory,
      FileStat home,
      Optional<FileStat> before,
      ClaimRegistry registry,
      String instance,
      Processes processes)
      throws IOException {
    Path file = directory.resolve(NAME);
    if (before.isPresent()) {
      if (!before.get().regular()) {
        throw new FileSystemException(file.toString(), null, file + " is not a regular file");
      }
      reserved(registry.reserveFile(before.get().key()), directory, processes);
    }
    OpenFile channel;
    try {
      channel = disk.open(file, before.isEmpty());
    } catch (FileAlreadyExistsException another) {
      // Another host has created it since: fight for that one.
      return open(disk, directory, home, disk.stat(file), registry, instance, processes);
    } catch (AccessDeniedException denied) {
      throw before.isEmpty() ? denied : ForeignFile.refusal(file, processes.self().user(), denied);
    }
    try {
      FileLock lock = lock(channel, directory);
      String key = disk.stat(file).map(FileStat::key).orElse("");
      if (before.isPresent() && !before.get().key().equals(key)) {
        throw inUse(directory, "somebody who replaced " + NAME + " just now");
      }
      ByteBuffer found = content(channel);
      Optional<ClaimRecord> last = ClaimRecord.decode(found);
      if (last.isPresent()
          && last.get().stands(home.key())
          && other(last.get().owner(), processes)) {
        throw inUse(directory, "PID " + last.get().owner().pid());
      }
      if (before.isEmpty()) {
        reserved(registry.reserveFile(key), directory, processes);
      }
      DirectoryClaim claim =
          new DirectoryClaim(disk, file, home.key(), key, registry, channel, lock);
      claim.begin(found, last, instance, processes.self(), FileStat.millis(home.modified()));
      return claim;
    } catch (OverlappingFileLockException ours) {
      // Closing this channel would free the other's lock: it is left open on purpose.
      throw inUse(directory, "this process, PID " + processes.self().pid());
    } catch (Throwable refused) {
      channel.close();
      throw refused;
    }
  }

  private static FileLock lock(OpenFile channel, Path directory) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      throw inUse(
          directory,
          ClaimRecord.decode(content(channel))
              .map(record -> "PID " + record.owner().pid())
              .orElse("another process"));
    }
    return lock;
  }

  private static boolean other(Processes.Identity owner, Processes processes) {
    return !owner.equals(processes.self()) && processes.alive(owner);
  }

  private static InUseException inUse(Path directory, String by) {
    return new InUseException(directory + " is served by " + by);
  }

  private static ByteBuffer content(OpenFile channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(2 * ClaimRecord.SLOT_BYTES);
    while (content.hasRemaining() && channel.read(content, content.position()) > 0) {
      // until full or at the end
    }
    return content.flip();
  }

  private synchronized void begin(
      ByteBuffer found,
      Optional<ClaimRecord> last,
      String instance,
      Processes.Identity self,
      long touchedMs)
      throws IOException {
    long epoch =
        last.isPresent() && Epochs.counts(last.get().epoch())
            ? Epochs.after(last.get().epoch())
            : Epochs.first(System.currentTimeMillis(), touchedMs);
    long serial = last.map(r -> r.serial() + 1).orElse(0L);
    long lastId = last.map(ClaimRecord::lastId).orElse(0L);
    written = found;
    put(new ClaimRecord(serial, homeKey, self, instance, epoch, lastId, false));
    disk.syncDirectory(file.getParent());
  }

  private void write(ClaimRecord next) throws IOException {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new FileSystemException(file.toString(), null, obstacle);
    }
    put(next);
  }

  private void put(ClaimRecord next) throws IOException {
    try {
      ByteBuffer slot = next.encode();
      long at = next.offset();
      while (slot.hasRemaining()) {
        at += channel.write(slot, at);
      }
      channel.force();
    } catch (Throwable failure) {
      torn = next.offset();
      throw failure;
    }
    torn = NOWHERE;
    written = with(next);
    record = next;
  }

  /** Gives what the file says once a record is in it. */
  private ByteBuffer with(ClaimRecord next) {
    int offset = (int) next.offset();
    ByteBuffer slot = next.encode();
    ByteBuffer content = ByteBuffer.allocate(Math.max(written.limit(), offset + slot.remaining()));
    return content.put(written.duplicate()).position(offset).put(slot).rewind();
  }

  /** Tells whether only the slot has changed in which a write of ours has failed. */
  private boolean onlyTorn(ByteBuffer now) {
    int other = torn == 0 ? ClaimRecord.SLOT_BYTES : 0;
    return torn != NOWHERE && slot(now, other).equals(slot(written, other));
  }

  private static ByteBuffer slot(ByteBuffer content, int offset) {
    int from = Math.min(offset, content.limit());
    return content.slice(from, Math.min(content.limit() - from, ClaimRecord.SLOT_BYTES));
  }

  /**
   * Gives the epoch.
   *
   * @return greater than every earlier one of this directory
   */
  public synchronized long epoch() {
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
      write(next(above, record.lastId(), false));
    }
    return record.epoch();
  }

  /**
   * Gives the ceiling of the log ids handed out.
   *
   * @return ms; 0 if none was
   */
  public synchronized long lastId() {
    return record.lastId();
  }

  /**
   * Moves the ceiling of the log ids, durably.
   *
   * @param ceiling ms; no id above it is handed out before this is called again
   * @throws IOException if it could not be written
   */
  public synchronized void reserveIds(long ceiling) throws IOException {
    write(next(record.epoch(), ceiling, false));
  }

  private ClaimRecord next(long epoch, long lastId, boolean released) {
    return new ClaimRecord(
        record.serial() + 1, homeKey, record.owner(), record.instance(), epoch, lastId, released);
  }

  /**
   * Tells whether the claim was found to be lost; does not look, and does not block.
   *
   * @return null while it is not; otherwise what happened to it, in one line, for good
   */
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
    if (lost != null) {
      return lost;
    }
    String moved = other(file.getParent(), homeKey);
    moved = moved == null ? other(file, fileKey) : moved;
    if (moved != null) {
      return lose(moved);
    }
    ByteBuffer is = content(channel);
    if (onlyTorn(is)) {
      written = is;
      torn = NOWHERE;
    }
    // Only this claim writes the file, so any other byte in it is somebody else's.
    return lock.isValid() && is.equals(written) ? null : lose(file + " is somebody else's now");
  }

  private String other(Path path, String key) throws IOException {
    Optional<FileStat> now = disk.stat(path);
    if (now.isPresent() && now.get().key().equals(key)) {
      return null;
    }
    return path + " was " + (now.isEmpty() ? "deleted" : "replaced");
  }

  /** What is lost may be claimed anew, also by this process. */
  private String lose(String why) {
    lost = why;
    try {
      channel.close();
    } catch (IOException unknown) {
      LOG.warn("{} may stay locked until this process ends: {}", file, unknown.getMessage());
    }
    registry.release();
    return why;
  }

  /**
   * Looks, before something is written, whether the path still leads to the claimed directory.
   *
   * @throws IOException if it does not, or that cannot be seen
   */
  void check() throws IOException {
    String obstacle = lost == null && other(file.getParent(), homeKey) == null ? null : obstacle();
    if (obstacle != null) {
      throw new FileSystemException(file.getParent().toString(), null, obstacle);
    }
  }

  /**
   * Gives the directory back.
   *
   * @throws IOException if that could not be written; the directory is free all the same
   */
  public synchronized void release() throws IOException {
    try (channel) {
      if (lost == null && obstacle() == null) {
        put(next(record.epoch(), record.lastId(), true));
      }
    } finally {
      registry.release();
    }
  }
}
