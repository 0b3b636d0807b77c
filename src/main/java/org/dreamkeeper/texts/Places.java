package org.dreamkeeper.texts;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.FileNames;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.FileStat;

/**
 * Where the paths of a log lead to: below the folder, and through no link. Each component is looked
 * at whenever something is done there.
 *
 * @param root the folder itself, without links
 */
record Places(Path root, Disk disk) {
  /** What we keep beside the texts is no text. */
  private static final String OURS = ".dreamkeeper.";

  /** Finds the folder, which must be there: one that was made here would hide a wrong setting. */
  static Places in(Path root, Disk disk) throws IOException {
    Path real;
    try {
      real = root.toRealPath();
    } catch (NoSuchFileException missing) {
      throw new DreamkeeperException(
          FailureCode.STORAGE_FAILED,
          OneLine.of("the texts " + root + ": there is no such folder; make it, or correct texts"));
    }
    if (disk.stat(real).filter(FileStat::directory).isEmpty()) {
      throw new NotDirectoryException(real.toString());
    }
    return new Places(real, disk);
  }

  /** Gives a path's place; its parents may be missing, but nothing else may stand there. */
  Path of(String path) throws IOException {
    Path place = resolved(path);
    String flaw = flaw(place);
    if (flaw != null) {
      throw refused(path, flaw);
    }
    return place;
  }

  /** Makes the folders above a place, where they are missing. */
  Path withParents(String path) throws IOException {
    Path place = of(path);
    if (disk.stat(place.getParent()).isEmpty()) {
      disk.createDirectories(place.getParent());
    }
    return place;
  }

  private Path resolved(String path) {
    Path relative;
    try {
      relative = Path.of(path);
    } catch (InvalidPathException no) {
      String why = path.indexOf('\0') >= 0 ? "has a NUL character" : FileNames.advice();
      throw refused(path, why);
    }
    if (path.isEmpty() || relative.isAbsolute()) {
      throw refused(path, "expected a path below the folder of the texts");
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw refused(path, "expected a path without empty names, . and ..");
      }
    }
    if (path.startsWith(OURS)) {
      throw refused(path, "names that begin with " + OURS + " are no texts");
    }
    Path place = root.resolve(relative);
    if (!place.startsWith(root) || !place.equals(place.normalize())) {
      throw refused(path, "expected a path below the folder of the texts");
    }
    return place;
  }

  /** Says what stands in the way of a place, or null. */
  private String flaw(Path place) throws IOException {
    for (Path each = root; each.getNameCount() < place.getNameCount() - 1; ) {
      each = place.getRoot().resolve(place.subpath(0, each.getNameCount() + 1));
      Optional<FileStat> stat = disk.stat(each);
      if (stat.isEmpty()) {
        return null;
      }
      if (!stat.get().directory()) {
        return stat.get().regular() ? "leads through a file" : "leads through a link";
      }
    }
    return null;
  }

  static DreamkeeperException refused(String path, String why) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, OneLine.of(path) + ": " + why);
  }
}
