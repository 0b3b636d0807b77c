package org.dreamkeeper.bus.impl.text;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What the JVM can call files: its encoding of their names comes from the locale. */
public final class FileNames {
  private FileNames() {}

  /**
   * Tells whether a file, as its directory lists it, can be named in text and found again by it.
   */
  public static boolean representable(Path file) {
    try {
      return Path.of(file.toString()).equals(file);
    } catch (InvalidPathException no) {
      return false;
    }
  }

  /** Says in one line what to do about names that are not. */
  public static String advice() {
    return "Java's encoding of file names is "
        + System.getProperty("sun.jnu.encoding", "unknown")
        + ", which lacks characters of their names; start it in a UTF-8 locale, such as"
        + " LC_ALL=C.UTF-8";
  }
}
