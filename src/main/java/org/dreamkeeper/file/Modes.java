package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Who may see what. New files and directories are their owner's alone, for texts are private; a
 * file that replaces another is as open as that one, and no more. Nothing where the system has no
 * such modes.
 */
public final class Modes {
  private static final String OWNER_ONLY = "rw-------";
  private static final boolean HERE =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  private static final int REGULAR = 0x8000;
  private static final int KIND = 0xf000;
  private static final int PERMISSIONS = 0777;
  private static final int GROUP_SHIFT = 3;
  private static final int ONE_CLASS = 07;

  private Modes() {}

  /** What to create a new file with. */
  public static FileAttribute<?>[] file() {
    return attributes(OWNER_ONLY);
  }

  /** What to create a new directory with. */
  public static FileAttribute<?>[] directory() {
    return attributes("rwx------");
  }

  private static FileAttribute<?>[] attributes(String mode) {
    return HERE
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Makes a new file as open as the one that it will replace, with the same owner and group where
   * that is allowed. Blocks.
   *
   * @param old may be missing; one that is no regular file says nothing
   */
  static void keep(Path old, Path fresh) throws IOException {
    if (!HERE) {
      return;
    }
    Map<String, Object> was;
    try {
      was = attributes(old);
    } catch (NoSuchFileException none) {
      return;
    }
    if (((int) was.get("mode") & KIND) != REGULAR) {
      return;
    }
    Map<String, Object> is = attributes(fresh);
    boolean sameOwner = keep("uid", was, is, fresh);
    boolean sameGroup = keep("gid", was, is, fresh);
    int mode = (int) was.get("mode") & PERMISSIONS;
    int open = sameOwner && sameGroup ? mode : closed(mode);
    if (open != ((int) is.get("mode") & PERMISSIONS)) {
      set("mode", open, fresh);
    }
  }

  private static Map<String, Object> attributes(Path file) throws IOException {
    return Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
  }

  /** Whoever is in another class now than he was gets what both had. */
  static int closed(int mode) {
    int both = (mode >> GROUP_SHIFT) & mode & ONE_CLASS;
    return (mode & ~(ONE_CLASS << GROUP_SHIFT | ONE_CLASS)) | both << GROUP_SHIFT | both;
  }

  private static boolean keep(
      String what, Map<String, Object> was, Map<String, Object> is, Path fresh) {
    return was.get(what).equals(is.get(what)) || set(what, was.get(what), fresh);
  }

  private static boolean set(String what, Object value, Path file) {
    try {
      Files.setAttribute(file, "unix:" + what, value, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (IOException notAllowed) {
      return false;
    }
  }
}
