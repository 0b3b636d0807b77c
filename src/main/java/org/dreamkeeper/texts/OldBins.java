package org.dreamkeeper.texts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.FileStat;

/** What undos have moved away, and nobody has asked for. */
final class OldBins {
  private OldBins() {}

  /** Deletes bins in which nothing was put since, and nothing is under way; gives null. */
  static Void sweep(Places places, long beforeMs) throws IOException {
    Disk disk = places.disk();
    for (String name : disk.list(places.root())) {
      Path bin = places.root().resolve(name);
      if (name.startsWith(UndoBin.PREFIX) && isOld(disk, bin, beforeMs)) {
        delete(disk, bin);
      }
    }
    return null;
  }

  private static boolean isOld(Disk disk, Path bin, long beforeMs) throws IOException {
    Optional<FileStat> stat = disk.stat(bin).filter(FileStat::directory);
    Path moving = bin.resolve(UndoBin.MOVING);
    return stat.isPresent()
        && FileStat.millis(stat.get().modified()) < beforeMs
        && (disk.stat(moving).isEmpty() || disk.list(moving).isEmpty());
  }

  private static void delete(Disk disk, Path path) throws IOException {
    if (disk.stat(path).filter(FileStat::directory).isPresent()) {
      for (String name : List.copyOf(disk.list(path))) {
        delete(disk, path.resolve(name));
      }
    }
    disk.delete(path);
  }
}
