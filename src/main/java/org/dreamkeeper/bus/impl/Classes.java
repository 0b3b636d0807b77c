package org.dreamkeeper.bus.impl;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Loads the service's classes ahead where each costs a descriptor, as from a folder: what tells of
 * a failure is needed when there may be none, and a class that once could not be loaded is missing
 * where it was needed for good. A jar is open anyway.
 */
public final class Classes {
  private static final String SUFFIX = ".class";

  static {
    try {
      loadFrom(Path.of(Classes.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (IOException | URISyntaxException | RuntimeException unknown) {
      // Not from a folder, then.
    }
  }

  private Classes() {}

  /** Loads them, once. Blocks. */
  public static void load() {
    // done by the class's initialisation
  }

  private static void loadFrom(Path home) throws IOException {
    if (Files.isDirectory(home)) {
      try (Stream<Path> files = Files.walk(home)) {
        files.map(file -> home.relativize(file).toString()).forEach(Classes::loadFile);
      }
    }
  }

  private static void loadFile(String file) {
    if (!file.endsWith(SUFFIX) || file.contains("-info")) {
      return;
    }
    String name = file.substring(0, file.length() - SUFFIX.length()).replaceAll("[/\\\\]", ".");
    try {
      Class.forName(name, false, Classes.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError optional) {
      // It needs what is not there, and so is not used.
    }
  }
}
