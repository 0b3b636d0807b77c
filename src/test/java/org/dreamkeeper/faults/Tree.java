package org.dreamkeeper.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories as tests look at them: copied, and compared by names and texts. */
final class Tree {
  static final String CLAIM = ".dreamkeeper.claim";
  private static final String OWN = ".dreamkeeper.";
  static final String LOCK = "dream.lock";
  private static final String FREE = "free since ";

  private Tree() {}

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path each : Snapshot.list(from)) {
      Path copy = to.resolve(each.getFileName());
      if (Files.isDirectory(each)) {
        copy(each, copy);
      } else {
        Files.copy(each, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    // Were it young, how often it is listed would depend on how fast the machine is.
    Files.setLastModifiedTime(to, FileTime.fromMillis(Fixtures.NOW));
  }

  static void delete(Path directory) throws IOException {
    for (Path each : Snapshot.list(directory)) {
      if (Files.isDirectory(each)) {
        delete(each);
      } else {
        Files.delete(each);
      }
    }
    Files.deleteIfExists(directory);
  }

  /** Writes a file that has been there for a while. */
  static void write(Path file, String text, long ageMs) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(Fixtures.NOW - ageMs));
  }

  /**
   * The files of a base directory, but for the service's own: texts by relative path.
   *
   * @param texts a lock file's mtime goes before its text while it is free
   */
  record Snapshot(Map<String, String> texts) {
    static Snapshot of(Path base) throws IOException {
      Map<String, String> texts = new TreeMap<>();
      add(base, "", texts);
      return new Snapshot(texts);
    }

    private static void add(Path directory, String prefix, Map<String, String> texts)
        throws IOException {
      for (Path each : list(directory)) {
        String name = prefix + each.getFileName();
        if (Files.isDirectory(each)) {
          add(each, name + "/", texts);
        } else if (!name.startsWith(OWN)) {
          texts.put(
              name,
              name.equals(LOCK) ? lock(each) : Files.readString(each, StandardCharsets.ISO_8859_1));
        }
      }
    }

    private static String lock(Path file) throws IOException {
      String text = Files.readString(file);
      // The instance is a new one each time.
      String lasting =
          text.replaceFirst("\"instance\":\"[^\"]*\"", "\"instance\":\"…\"")
              .replaceFirst(" +\n$", "\n");
      return text.isEmpty() ? FREE + Files.getLastModifiedTime(file) : lasting;
    }

    static java.util.List<Path> list(Path directory) throws IOException {
      if (!Files.isDirectory(directory)) {
        return java.util.List.of();
      }
      try (Stream<Path> all = Files.list(directory)) {
        return all.toList();
      }
    }

    String text(String name) {
      return texts.get(name);
    }

    /** Tells whether a grant is recorded, be it that of a dead or a foreign one. */
    boolean hasLockRecord() {
      return texts.containsKey(LOCK) && !text(LOCK).startsWith(FREE);
    }

    /** Tells whether a process that is none of this service has put its PID there. */
    boolean hasForeignLock() {
      return hasLockRecord() && !text(LOCK).contains("{");
    }

    boolean hasTemporaries() {
      return texts.keySet().stream().anyMatch(name -> name.endsWith(".tmp"));
    }
  }
}
