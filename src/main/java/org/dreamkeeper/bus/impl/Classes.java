package org.dreamkeeper.bus.impl;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads the service's classes ahead where each costs a descriptor, as from a folder: what tells of
 * a failure is needed when there may be none, and a class that once could not be loaded is missing
 * where it was needed for good. A jar is open anyway.
 */
public final class Classes {
  private static final String SUFFIX = ".class";

  private Classes() {}

  /** Loads them, once. Blocks. */
  public static void load() {
    Loaded.touch();
  }

  private static final class Loaded {
    static {
      try {
        CodeSource source = Classes.class.getProtectionDomain().getCodeSource();
        Path home = source == null ? null : Path.of(source.getLocation().toURI());
        if (home != null && Files.isDirectory(home)) {
          names(home).forEach(Loaded::load);
        }
      } catch (IOException | URISyntaxException | RuntimeException unknown) {
        // Not from a folder, then.
      }
    }

    private static void touch() {}

    private static List<String> names(Path home) throws IOException {
      try (Stream<Path> files = Files.walk(home)) {
        return files
            .map(file -> home.relativize(file).toString())
            .filter(name -> name.endsWith(SUFFIX) && !name.contains("-info"))
            .map(name -> name.substring(0, name.length() - SUFFIX.length()))
            .map(name -> name.replace(home.getFileSystem().getSeparator(), "."))
            .toList();
      }
    }

    private static void load(String name) {
      try {
        Class.forName(name, false, Classes.class.getClassLoader());
      } catch (ClassNotFoundException | LinkageError optional) {
        // It needs what is not there, and so is not used.
      }
    }
  }
}
