package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.dreamkeeper.bus.impl.FileNames;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.Modes;
import org.slf4j.Logger;

/**
 * A folder of Markdown notes and its subfolders. Hidden files, large files, files that are not
 * UTF-8 and the archives are left alone; no symbolic link below the folder is followed.
 *
 * <p>Asynchronous: what blocks runs on Vert.x's worker threads.
 */
final class NotesFolder {
  static final String ARCHIVE = "archive";

  private static final Logger LOG = Log.of(NotesFolder.class);
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_NAMES = 1_000;

  private final Vertx vertx;
  private final Path root;
  private Set<String> toldOf = Set.of();

  NotesFolder(Vertx vertx, String root) {
    this.vertx = vertx;
    this.root = Path.of(root).toAbsolutePath();
  }

  private <T> Future<T> blocking(Callable<T> task) {
    return vertx.executeBlocking(
        () -> {
          try {
            return task.call();
          } catch (FileSystemException failure) {
            throw new IOException(failure.getFile() + ": " + DiskFailure.reason(failure), failure);
          }
        });
  }

  /** Reads all notes, in the order of their paths. */
  Future<List<Note>> read() {
    return blocking(
        () -> {
          Walk walk = new Walk(root.toRealPath());
          Files.walkFileTree(walk.home, walk);
          tell(walk.nameless);
          walk.notes.sort(Comparator.comparing(Note::path));
          return walk.notes;
        });
  }

  private synchronized void tell(Set<String> nameless) {
    if (!nameless.isEmpty() && !nameless.equals(toldOf)) {
      LOG.warn(
          "{}: {} left out, such as {}: {}",
          root,
          ProjectStory.count(nameless.size(), "name"),
          nameless.iterator().next(),
          FileNames.advice());
    }
    toldOf = nameless;
  }

  /** Follows no links. */
  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path home;
    private final List<Note> notes = new ArrayList<>();
    private final Set<String> nameless = new TreeSet<>();

    Walk(Path home) {
      this.home = home;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is) {
      String name = folder.getFileName() == null ? "" : folder.getFileName().toString();
      boolean below = !folder.equals(home);
      return below && (name.startsWith(".") || name.equals(ARCHIVE) || !named(folder))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
      String name = file.getFileName().toString();
      boolean note = is.isRegularFile() && name.endsWith(".md") && !name.startsWith(".");
      if (note && is.size() <= MAX_BYTES && named(file)) {
        String path = home.relativize(file).toString().replace(File.separatorChar, '/');
        text(file).ifPresent(text -> notes.add(new Note(path, text)));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException && !file.equals(home)) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    private boolean named(Path file) {
      if (FileNames.representable(file)) {
        return true;
      }
      nameless.add(home.relativize(file).toString());
      return false;
    }

    private static Optional<String> text(Path file) throws IOException {
      try {
        byte[] bytes = bytes(file);
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean whole = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
        return whole ? Optional.of(text) : Optional.empty();
      } catch (NoSuchFileException meanwhile) {
        return Optional.empty();
      }
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  /**
   * Moves a note into the archive beside it, under its own name or that name and a number.
   *
   * @return its new path; fails if it has changed since it was read
   */
  Future<String> archive(Note note) {
    return blocking(
        () -> {
          Path file = inside(note.path());
          if (!Arrays.equals(bytes(file), note.text().getBytes(StandardCharsets.UTF_8))) {
            throw new IOException(note.path() + " was changed meanwhile");
          }
          int slash = note.path().lastIndexOf('/') + 1;
          String folder = note.path().substring(0, slash) + ARCHIVE;
          if (!exists(inside(folder))) {
            Files.createDirectory(inside(folder), Modes.directory());
          }
          String name = note.path().substring(slash).replaceFirst("\\.md$", "");
          return archive(file, folder + "/" + name);
        });
  }

  private String archive(Path file, String stem) throws IOException {
    for (int number = 1; number < MAX_NAMES; number++) {
      String to = stem + (number == 1 ? "" : "-" + number) + ".md";
      try {
        Files.move(file, inside(to));
        return to;
      } catch (FileAlreadyExistsException taken) {
        // The next number may be free.
      }
    }
    throw new FileAlreadyExistsException(stem);
  }

  /** Moves a note back to where it was; fails if something else is there. */
  Future<Void> restore(String archived, String path) {
    return blocking(
        () -> {
          Files.move(inside(archived), inside(path));
          return null;
        });
  }

  /** Writes a note anew where there is none; whatever stands there is left alone. */
  Future<Void> writeMissing(String path, String text) {
    return blocking(
        () -> {
          Path file = inside(path);
          if (!exists(file)) {
            Set<StandardOpenOption> fresh =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (var out = Files.newByteChannel(file, fresh, Modes.file())) {
              ByteBuffer rest = StandardCharsets.UTF_8.encode(text);
              while (rest.hasRemaining()) {
                out.write(rest);
              }
            }
          }
          return null;
        });
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Finds a path's place: below the folder, and not through a link. A log entry may say anything.
   */
  private Path inside(String path) throws IOException {
    List<String> names = List.of(path.split("/", -1));
    if (names.contains("..") || names.contains("") || names.contains(".")) {
      throw new IOException(path + " is not below " + root);
    }
    Path place = root.toRealPath();
    for (String name : names.subList(0, names.size() - 1)) {
      place = place.resolve(name);
      if (Files.isSymbolicLink(place)) {
        throw new IOException(path + " leads through the link " + place);
      }
    }
    return place.resolve(names.get(names.size() - 1));
  }
}
