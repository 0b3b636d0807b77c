package org.dreamkeeper.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every file below a directory: which one it is, its size and when it was written. */
record Snapshot(Map<String, String> files) {

  static Snapshot of(Path dir) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        BasicFileAttributes is =
            Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        files.put(
            dir.relativize(each).toString(),
            is.fileKey() + " " + is.size() + " " + is.lastModifiedTime());
      }
    }
    return new Snapshot(files);
  }
}
