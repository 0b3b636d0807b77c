package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The primitive operations on a disk, blocking: the bottom of this package, where tests make a disk
 * fail. Links are never followed.
 */
public interface Disk {

  /**
   * Looks at a file.
   *
   * @param file its path
   * @return its stat, empty if there is none
   * @throws IOException if it cannot be looked at
   */
  Optional<FileStat> stat(Path file) throws IOException;

  /**
   * Reads a regular file, through one handle.
   *
   * @param file its path
   * @param maxBytes reads no more than its beginning of that length
   * @return the content
   * @throws IOException if it cannot be read, {@code NoSuchFileException} if there is none
   */
  byte[] read(Path file, long maxBytes) throws IOException;

  /**
   * Writes a new file, which must not exist.
   *
   * @param file its path
   * @param content all of it
   * @param like the file that it is to replace, whose mode, owner and group it gets, as far as that
   *     is allowed; may be missing
   * @param sync whether to force it to the disk
   * @throws IOException if any of that failed; the file may be there, in part
   */
  void create(Path file, byte[] content, Path like, boolean sync) throws IOException;

  /**
   * Renames a file, atomically; it replaces what has the new name.
   *
   * @param from its path
   * @param to its new path
   * @throws IOException if it keeps the old name
   */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives a file a second name.
   *
   * @param name the second name, which must not exist
   * @param file the file
   * @throws IOException if it did not
   */
  void link(Path name, Path file) throws IOException;

  /**
   * Deletes a file.
   *
   * @param file its path
   * @return whether there was one
   * @throws IOException if it is still there
   */
  boolean delete(Path file) throws IOException;

  /**
   * Stamps a file.
   *
   * @param file its path
   * @param modified its new mtime
   * @param like as for {@link #create}
   * @throws IOException if it keeps the old one
   */
  void setModified(Path file, Instant modified, Path like) throws IOException;

  /**
   * Lists the names in a directory.
   *
   * @param directory its path
   * @return the names, in no order
   * @throws IOException if it cannot be listed
   */
  List<String> list(Path directory) throws IOException;

  /**
   * Forces a directory's names to the disk.
   *
   * @param directory its path
   * @throws IOException if that failed: what was renamed in it may be lost with the power
   */
  void syncDirectory(Path directory) throws IOException;

  /**
   * Creates a directory and those above it, where missing.
   *
   * @param directory its path
   * @throws IOException if it cannot be one
   */
  void createDirectories(Path directory) throws IOException;

  /**
   * Opens a file to read it and to write it in place.
   *
   * @param file its path
   * @param create whether it is created, and must not exist
   * @return the file, to be closed
   * @throws IOException if that is not possible
   */
  OpenFile open(Path file, boolean create) throws IOException;
}
