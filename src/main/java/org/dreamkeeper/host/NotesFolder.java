package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileProps;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.FileSystemException;
import java.io.File;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A folder of Markdown notes and its subfolders, by Vert.x's asynchronous file system. Hidden
 * files, symbolic links, large files, files that are not UTF-8 and the archives are left alone.
 */
final class NotesFolder {
  static final String ARCHIVE = "archive";

  private static final long MAX_BYTES = 1 << 20;
  private static final int MAX_NAMES = 1_000;

  private final FileSystem files;
  private final String root;

  NotesFolder(FileSystem files, String root) {
    this.files = files;
    // An absolute path, for Vert.x looks for a relative one that is missing on the class path.
    this.root = new File(root).getAbsolutePath();
  }

  /** Reads all notes, in the order of their paths. */
  Future<List<Note>> read() {
    List<Note> notes = new ArrayList<>();
    return readFolder("", notes).map(read -> notes);
  }

  private Future<Void> readFolder(String folder, List<Note> notes) {
    return files
        .readDir(full(folder))
        .compose(
            paths -> {
              Future<Void> read = Future.succeededFuture();
              // Vert.x follows links in these paths; only their names are taken.
              TreeSet<String> names = new TreeSet<>();
              paths.forEach(path -> names.add(new File(path).getName()));
              for (String name : names) {
                if (!name.startsWith(".") && !name.equals(ARCHIVE)) {
                  read = read.compose(next -> readEntry(folder + name, notes));
                }
              }
              return read;
            });
  }

  private Future<Void> readEntry(String path, List<Note> notes) {
    return files
        .lprops(full(path))
        .compose(
            props -> {
              if (props.isDirectory()) {
                return readFolder(path + "/", notes);
              }
              return isNote(path, props) ? readNote(path, notes) : Future.succeededFuture();
            })
        .recover(
            failure ->
                failure.getCause() instanceof NoSuchFileException
                    ? Future.succeededFuture()
                    : Future.failedFuture(failure));
  }

  private static boolean isNote(String path, FileProps props) {
    return props.isRegularFile() && path.endsWith(".md") && props.size() <= MAX_BYTES;
  }

  private Future<Void> readNote(String path, List<Note> notes) {
    return files
        .readFile(full(path))
        .map(
            bytes -> {
              String text = bytes.toString();
              if (Buffer.buffer(text).equals(bytes)) {
                notes.add(new Note(path, text));
              }
              return null;
            });
  }

  /**
   * Moves a note into the archive beside it, under its own name or that name and a number.
   *
   * @return its new path; fails if it has changed since it was read
   */
  Future<String> archive(Note note) {
    int slash = note.path().lastIndexOf('/') + 1;
    String archive = note.path().substring(0, slash) + ARCHIVE + "/";
    String name = note.path().substring(slash).replaceFirst("\\.md$", "");
    return files
        .readFile(full(note.path()))
        .compose(
            now ->
                now.equals(Buffer.buffer(note.text()))
                    ? files.mkdirs(full(archive))
                    : Future.failedFuture(note.path() + " was changed meanwhile"))
        .compose(made -> archive(note.path(), archive + name, 1));
  }

  private Future<String> archive(String from, String stem, int number) {
    String to = stem + (number == 1 ? "" : "-" + number) + ".md";
    return files
        .move(full(from), full(to))
        .map(to)
        .recover(
            failure ->
                failure instanceof FileSystemException
                        && failure.getCause() instanceof FileAlreadyExistsException
                        && number < MAX_NAMES
                    ? archive(from, stem, number + 1)
                    : Future.failedFuture(failure));
  }

  /** Moves a note back to where it was; fails if something else is there. */
  Future<Void> restore(String archived, String path) {
    return files.move(full(archived), full(path));
  }

  /** Writes a note anew where there is none; whatever stands there is left alone. */
  Future<Void> writeMissing(String path, String text) {
    return files
        .exists(full(path))
        .compose(
            there ->
                there
                    ? Future.succeededFuture()
                    : files.writeFile(full(path), Buffer.buffer(text)));
  }

  private String full(String path) {
    Objects.requireNonNull(path);
    // A log entry may say anything.
    if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
      throw new IllegalArgumentException(path + " is not below " + root);
    }
    return root + "/" + path;
  }
}
