package org.dreamkeeper.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a power cut leaves of a directory: of each file what was synced of it, nothing of one that
 * never was; of each directory the names that it had at its last sync, or, as file systems may also
 * have it, those that it has now.
 */
final class Durable {
  private static final class Node {
    private final boolean directory;
    private byte[] synced = new byte[0];
    private FileTime modified;

    private Node(boolean directory) {
      this.directory = directory;
    }
  }

  private final Path root;
  private final Map<Path, Map<String, Node>> now = new HashMap<>();
  private final Map<Path, Map<String, Node>> kept = new HashMap<>();

  /** Begins with a directory of which everything is on the disk. */
  Durable(Path root) throws IOException {
    this.root = root;
    scan(root);
  }

  private void scan(Path directory) throws IOException {
    now.put(directory, new TreeMap<>());
    for (Path each : list(directory)) {
      put(each, new Node(Files.isDirectory(each)));
      if (Files.isDirectory(each)) {
        scan(each);
      } else {
        synced(each);
      }
    }
    syncDirectory(directory);
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private Map<String, Node> names(Path file) {
    return now.computeIfAbsent(file.getParent(), new_ -> new TreeMap<>());
  }

  private void put(Path file, Node node) {
    names(file).put(name(file), node);
  }

  private Node node(Path file) {
    return names(file).get(name(file));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  void created(Path file) throws IOException {
    put(file, new Node(false));
    stamped(file);
  }

  void stamped(Path file) throws IOException {
    node(file).modified = Files.getLastModifiedTime(file);
  }

  /** Takes note that the content is on the disk. */
  void synced(Path file) throws IOException {
    node(file).synced = Files.readAllBytes(file);
    stamped(file);
  }

  void renamed(Path from, Path to) {
    put(to, names(from).remove(name(from)));
  }

  void linked(Path name, Path file) {
    put(name, node(file));
  }

  void deleted(Path file) {
    names(file).remove(name(file));
  }

  /** Takes note of a directory that may be new, and of those above it. */
  void createdDirectories(Path directory) {
    if (directory.startsWith(root) && !directory.equals(root)) {
      createdDirectories(directory.getParent());
      names(directory).putIfAbsent(name(directory), new Node(true));
      now.computeIfAbsent(directory, new_ -> new TreeMap<>());
    }
  }

  /** Takes note that the names in a directory are on the disk. */
  void syncDirectory(Path directory) {
    kept.put(directory, new TreeMap<>(now.getOrDefault(directory, Map.of())));
  }

  /** Writes down what a power cut leaves; {@code names} tells whether unsynced names are kept. */
  void leave(Path to, boolean names) throws IOException {
    leave(root, to, names ? now : kept);
  }

  private void leave(Path directory, Path to, Map<Path, Map<String, Node>> left)
      throws IOException {
    Files.createDirectories(to);
    for (Map.Entry<String, Node> each : left.getOrDefault(directory, Map.of()).entrySet()) {
      Path copy = to.resolve(each.getKey());
      Node node = each.getValue();
      if (node.directory) {
        leave(directory.resolve(each.getKey()), copy, left);
      } else {
        Files.write(copy, node.synced);
        Files.setLastModifiedTime(copy, node.modified);
      }
    }
  }
}
