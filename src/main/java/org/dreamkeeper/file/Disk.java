package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The primitive operations on a disk, blocking: the bottom of this package, where tests make a disk
 * fail. Links are never followed. What cannot be done is an IOException; where nothing else is
 * said, all is as before then.
 */
public interface Disk {

  /** Looks at a file; empty if there is none. */
  Optional<FileStat> stat(Path file) throws IOException;

  /**
   * Reads a regular file through one handle, or its beginning of {@code maxBytes}; {@code
   * NoSuchFileException} if there is none.
   */
  byte[] read(Path file, long maxBytes) throws IOException;

  /**
   * Writes a new file, which must not exist; after a failure it may be there, in part.
   *
   * @param like the file that it is to replace, whose mode, owner and group it gets, as far as that
   *     is allowed; may be missing
   * @param sync whether to force it to the disk
   */
  void create(Path file, byte[] content, Path like, boolean sync) throws IOException;

  /** Renames a file, atomically; it replaces what has the new name. */
  void rename(Path from, Path to) throws IOException;

  /** Gives a file a second name, which must not exist. */
  void link(Path name, Path file) throws IOException;

  /** Deletes a file, and tells whether there was one. */
  boolean delete(Path file) throws IOException;

  /** Stamps a file, and makes it as open as another, as {@link #create} does. */
  void setModified(Path file, Instant modified, Path like) throws IOException;

  /** Lists the names in a directory, in no order. */
  List<String> list(Path directory) throws IOException;

  /** Forces a directory's names to the disk; after a failure they may be lost with the power. */
  void syncDirectory(Path directory) throws IOException;

  /** Creates a directory and those above it, where missing. */
  void createDirectories(Path directory) throws IOException;

  /** Opens a file to read and to write it in place; {@code create}: it must not exist. */
  OpenFile open(Path file, boolean create) throws IOException;
}
