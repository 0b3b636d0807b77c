package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.dreamkeeper.store.InUseException;

/**
 * One who wants to claim a directory. He may if nobody else does so
 *
 * <ol>
 *   <li>in this JVM, by the registry;
 *   <li>on this machine, by the kernel's lock on the claim file;
 *   <li>by the record in it, unless its owner is dead: the kernel's lock may have been lost.
 * </ol>
 */
record Claimant(Disk disk, Path directory, String instance, Contact contact, Processes processes) {
  private Path file() {
    return directory.resolve(DirectoryClaim.NAME);
  }

  /** Takes the directory, and its next epoch, durably. Blocks. */
  DirectoryClaim claim() throws IOException {
    FileStat home = disk.stat(directory).orElseThrow();
    Optional<FileStat> found = disk.stat(file());
    ClaimRegistry registry = new ClaimRegistry(home.key());
    if (!registry.reserve(key(found))) {
      throw servedHere();
    }
    try {
      return open(home, found, registry);
    } catch (Throwable refused) {
      registry.release();
      throw refused;
    }
  }

  private static String key(Optional<FileStat> file) {
    return file.map(FileStat::key).orElse("");
  }

  private DirectoryClaim open(FileStat home, Optional<FileStat> found, ClaimRegistry registry)
      throws IOException {
    if (found.isPresent() && !found.get().regular()) {
      throw new FileSystemException(file().toString(), null, file() + " is not a regular file");
    }
    ClaimFile content;
    try {
      content = new ClaimFile(disk.open(file(), found.isEmpty()));
    } catch (FileAlreadyExistsException another) {
      // Another host has created it since: fight for that one.
      return open(home, disk.stat(file()), registry);
    } catch (AccessDeniedException denied) {
      throw found.isEmpty() ? denied : ForeignFile.refusal(file(), processes.self().user(), denied);
    }
    try {
      return lock(home, found, registry, content);
    } catch (OverlappingFileLockException ours) {
      content.leaveOpen();
      throw servedHere();
    } catch (Throwable refused) {
      content.close();
      throw refused;
    }
  }

  private DirectoryClaim lock(
      FileStat home, Optional<FileStat> found, ClaimRegistry registry, ClaimFile content)
      throws IOException {
    boolean locked = content.lock();
    ClaimRecord last = content.read();
    if (!locked || (last.stands(home.key()) && isOther(last.owner()))) {
      throw servedBy(last.owner().pid() > 0 ? "PID " + last.owner().pid() : "another process");
    }
    String key = key(disk.stat(file()));
    if (found.isPresent() && !key(found).equals(key)) {
      throw servedBy("somebody who replaced " + DirectoryClaim.NAME + " just now");
    }
    registry.hold(key);
    ClaimRecord first = last.claimed(home, processes.self(), instance, contact);
    content.write(first);
    disk.syncDirectory(directory);
    return new DirectoryClaim(disk, file(), key, content, registry, first);
  }

  private boolean isOther(Processes.Identity owner) {
    return !owner.equals(processes.self()) && processes.alive(owner);
  }

  private InUseException servedHere() {
    return servedBy("this process, PID " + processes.self().pid());
  }

  private InUseException servedBy(String whom) {
    return new InUseException(directory + " is served by " + whom);
  }
}
