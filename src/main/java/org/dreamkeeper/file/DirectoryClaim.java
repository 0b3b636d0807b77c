package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
 *   <li>{@link #obstacle} looks whether the path still leads to this file and this record.
 * </ol>
 *
 * <p>All methods block and are safe from any thread.
 */
public final class DirectoryClaim {
  static final String NAME = ".dreamkeeper.claim";

  /** In the system properties, so that copies of this class in other class loaders see it, too. */
  private static final String REGISTRY = "org.dreamkeeper.claim.";

  private static final long NOWHERE = -1;

  private final Disk disk;
  private final Path file;
  private final String fileKey;
  private final List<String> registered;
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
      String fileKey,
      List<String> registered,
      OpenFile channel,
      FileLock lock) {
    this.disk = disk;
    this.file = file;
    this.fileKey = fileKey;
    this.registered = registered;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Claims a directory and takes the next epoch, durably.
   *
   * @param disk where
   * @param directory exists
   * @param instance the claimant's id
   * @param processes tells who is alive
   * @return the claim; {@link #release} it
   * @throws InUseException if somebody serves it
   * @throws IOException if it cannot be claimed
   */
  static DirectoryClaim take(Disk disk, Path directory, String instance, Processes processes)
      throws IOException {
    List<String> registered = new ArrayList<>();
    try {
      FileStat home = disk.stat(directory.toRealPath()).orElseThrow();
      register(home.key(), directory, processes, registered);
      return open(disk, directory.resolve(NAME), registered, instance, processes);
    } catch (Throwable refused) {
      registered.forEach(System::clearProperty);
      throw refused;
    }
  }

  private static void register(
      String key, Path directory, Processes processes, List<String> registered)
      throws InUseException {
    String property = REGISTRY + key;
    if (System.getProperties().putIfAbsent(property, directory.toString()) != null) {
      throw inUse(directory, "this process, PID " + processes.self().pid());
    }
    registered.add(property);
  }

  private static DirectoryClaim open(
      Disk disk, Path file, List<String> registered, String instance, Processes processes)
      throws IOException {
    Optional<FileStat> before = disk.stat(file);
    if (before.isPresent()) {
      if (!before.get().regular()) {
        throw new FileSystemException(file.toString(), null, "is not a regular file");
      }
      register(before.get().key(), file.getParent(), processes, registered);
    }
    OpenFile channel;
    try {
      channel = disk.open(file, before.isEmpty());
    } catch (FileAlreadyExistsException another) {
      // Another host has created it since: fight for that one.
      return open(disk, file, registered, instance, processes);
    }
    return lock(disk, file, before, registered, channel, instance, processes);
  }

  private static DirectoryClaim lock(
      Disk disk,
      Path file,
      Optional<FileStat> before,
      List<String> registered,
      OpenFile channel,
      String instance,
      Processes processes)
      throws IOException {
    Path directory = file.getParent();
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException ours) {
      // Closing this channel would free the other's lock: it is left open on purpose.
      throw inUse(directory, "this process, PID " + processes.self().pid());
    }
    try {
      ByteBuffer found = content(channel);
      Optional<ClaimRecord> last = ClaimRecord.decode(found);
      if (lock == null) {
        throw inUse(directory, last.map(r -> "PID " + r.owner().pid()).orElse("another process"));
      }
      String key = disk.stat(file).map(FileStat::key).orElse("");
      if (before.isPresent() && !before.get().key().equals(key)) {
        throw inUse(directory, "somebody who replaced " + NAME + " just now");
      }
      if (last.isPresent() && !last.get().released() && other(last.get().owner(), processes)) {
        throw inUse(directory, "PID " + last.get().owner().pid());
      }
      if (before.isEmpty()) {
        register(key, directory, processes, registered);
      }
      DirectoryClaim claim = new DirectoryClaim(disk, file, key, registered, channel, lock);
      claim.begin(found, last, instance, processes.self());
      return claim;
    } catch (Throwable refused) {
      channel.close();
      throw refused;
    }
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
      ByteBuffer found, Optional<ClaimRecord> last, String instance, Processes.Identity self)
      throws IOException {
    // Without a record, whether new or deleted, begin above every epoch that there can have been.
    long epoch = last.map(r -> r.epoch() + 1).orElse(System.currentTimeMillis() / 1000);
    long serial = last.map(r -> r.serial() + 1).orElse(0L);
    written = found;
    put(
        new ClaimRecord(
            serial, self, instance, epoch, last.map(ClaimRecord::lastId).orElse(0L), false));
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
   * Takes another epoch, durably.
   *
   * @return greater than all before
   * @throws IOException if it could not be written
   */
  public synchronized long nextEpoch() throws IOException {
    write(next(record.epoch() + 1, record.lastId(), false));
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
        record.serial() + 1, record.owner(), record.instance(), epoch, lastId, released);
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
    Optional<FileStat> now = disk.stat(file);
    if (now.isEmpty() || !now.get().key().equals(fileKey)) {
      lost = file + " was " + (now.isEmpty() ? "deleted" : "replaced");
      return lost;
    }
    ByteBuffer is = content(channel);
    if (onlyTorn(is)) {
      written = is;
      torn = NOWHERE;
    }
    // Only this claim writes the file, so any other byte in it is somebody else's.
    if (!lock.isValid() || !is.equals(written)) {
      lost = file + " is somebody else's now";
    }
    return lost;
  }

  /**
   * Gives the directory back.
   *
   * @throws IOException if that could not be written; the directory is free all the same
   */
  public synchronized void release() throws IOException {
    try (channel) {
      if (obstacle() == null) {
        put(next(record.epoch(), record.lastId(), true));
      }
    } finally {
      registered.forEach(System::clearProperty);
    }
  }
}
