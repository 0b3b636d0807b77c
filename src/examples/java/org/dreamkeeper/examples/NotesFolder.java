package org.dreamkeeper.examples;

import java.io.File;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of Markdown notes and its subfolders. Hidden files, large files, files that are not
 * UTF-8 and the archives are left alone; no symbolic link below the folder is followed. It only
 * reads.
 *
 * <p>Plain Java, and blocking: it knows nothing of dreams.
 */
final class NotesFolder {
  /** A note; its path is below the folder, with slashes. */
  record Note(String path, String text) {
    /** What it says, without the white space at the ends of its lines and at its own. */
    String said() {
      return text.lines()
          .map(String::stripTrailing)
          .collect(Collectors.joining("\n"))
          .stripTrailing();
    }
  }

  /** A note, and its place in the archive. */
  record Move(Note note, String to) {}

  /** Notes that say the same: the one with the shortest path stays, the others may go. */
  record Duplicates(Note kept, List<Move> moves) {}

  private static final Logger LOG = LoggerFactory.getLogger(NotesFolder.class);
  private static final String ARCHIVE = "archive";
  private static final String ENDING = ".md";
  private static final int MAX_BYTES = 1 << 20;

  private final Path root;

  NotesFolder(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** Finds the notes that say the same; one that says nothing is nobody's duplicate. */
  List<Duplicates> duplicates() throws IOException {
    Map<String, List<Note>> bySaying = new LinkedHashMap<>();
    for (Note note : read()) {
      bySaying.computeIfAbsent(note.said(), said -> new ArrayList<>()).add(note);
    }
    bySaying.remove("");
    Set<String> taken = new HashSet<>();
    List<Duplicates> found = new ArrayList<>();
    for (List<Note> same : bySaying.values()) {
      List<Move> moves =
          same.stream().skip(1).map(note -> new Move(note, freePlace(note.path(), taken))).toList();
      if (!moves.isEmpty()) {
        found.add(new Duplicates(same.get(0), moves));
      }
    }
    return found;
  }

  /** Reads the notes, those with the shortest paths first. */
  private List<Note> read() throws IOException {
    Path home = root.toRealPath();
    List<Path> files;
    try (Stream<Path> all = Files.walk(home)) {
      files = all.map(home::relativize).filter(path -> isNote(home, path)).toList();
    }
    List<Note> notes = new ArrayList<>();
    List<Path> nameless = new ArrayList<>();
    for (Path file : files) {
      if (!canBeNamed(file)) {
        nameless.add(file);
        continue;
      }
      try {
        String path = file.toString().replace(File.separatorChar, '/');
        notes.add(new Note(path, Files.readString(home.resolve(file))));
      } catch (NoSuchFileException | CharacterCodingException none) {
        // It went meanwhile, or is not UTF-8.
      }
    }
    if (!nameless.isEmpty()) {
      LOG.warn(
          "{}: {} left out, such as {}: Java's encoding of file names is {}, which lacks characters"
              + " of theirs; start it in a UTF-8 locale, such as LC_ALL=C.UTF-8",
          root,
          nameless.size() == 1 ? "1 name" : nameless.size() + " names",
          nameless.get(0),
          System.getProperty("sun.jnu.encoding"));
    }
    notes.sort(
        Comparator.<Note>comparingInt(note -> note.path().length()).thenComparing(Note::path));
    return notes;
  }

  private static boolean isNote(Path home, Path path) {
    for (Path name : path) {
      if (name.toString().startsWith(".") || name.toString().equals(ARCHIVE)) {
        return false;
      }
    }
    Path file = home.resolve(path);
    return path.toString().endsWith(ENDING)
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && file.toFile().length() <= MAX_BYTES;
  }

  /** The encoding of names comes from the locale; a path that it cannot say leads to no file. */
  private static boolean canBeNamed(Path file) {
    try {
      return Path.of(file.toString()).equals(file);
    } catch (InvalidPathException no) {
      return false;
    }
  }

  /** Finds a name in the archive beside a note: its own, or that and a number. */
  private String freePlace(String path, Set<String> taken) {
    int slash = path.lastIndexOf('/') + 1;
    String name = path.substring(slash, path.length() - ENDING.length());
    String stem = path.substring(0, slash) + ARCHIVE + "/" + name;
    String place = stem + ENDING;
    for (int number = 2; exists(root.resolve(place)) || !taken.add(place); number++) {
      place = stem + "-" + number + ENDING;
    }
    return place;
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
