package org.dreamkeeper.bus.impl;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What the JVM can call files: its encoding of their names comes from the locale. */
public final class FileNames {
  private FileNames() {}

  /**
   * Tells whether a file can be named in text, and found again by it.
   *
   * @param file as a listing of its directory gives it
   * @return false if its name has characters that the JVM's encoding of file names lacks
   */
  public static boolean representable(Path file) {
    try {
      return Path.of(file.toString()).equals(file);
    } catch (InvalidPathException no) {
      return false;
    }
  }

  /**
   * Says what to do about names that are not.
   *
   * @return in one line, with the encoding
   */
  public static String advice() {
    return "Java's encoding of file names is "
        + System.getProperty("sun.jnu.encoding", "unknown")
        + ", which lacks characters of their names; start it in a UTF-8 locale, such as"
        + " LC_ALL=C.UTF-8";
  }
}
