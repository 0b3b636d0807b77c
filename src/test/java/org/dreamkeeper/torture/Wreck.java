package org.dreamkeeper.torture;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.dreamkeeper.Calls;

/** A base directory in which one to three of the files are not what they should be. */
final class Wreck {
  static final String STATE = "dream-state.json";
  static final String LOCK = "dream.lock";
  static final String LOG = "dream-log";

  private static final List<String> STATUSES =
      List.of("processing", "completed", "partial", "error", "undone");
  private static final String PIPE = "pipe";

  /**
   * What stands in a file's place.
   *
   * @param content null where it is no regular file
   * @param whole whether it is as it should be
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by Arrays.equals where it is
  record Thing(byte[] content, boolean whole) {
    JsonObject json() {
      return new JsonObject(new String(content, StandardCharsets.UTF_8));
    }
  }

  private final Random random;
  private final TextMutator mutator;
  private final Path around;
  private final Path dir;
  private final Map<String, Thing> things = new LinkedHashMap<>();
  private final List<String> entries = new ArrayList<>();
  private final StringBuilder story = new StringBuilder();

  Wreck(Random random, Path around) throws IOException, InterruptedException {
    this.random = random;
    this.mutator = new TextMutator(random);
    this.around = around;
    this.dir = Files.createDirectories(around.resolve("base"));
    Files.createDirectories(dir.resolve(LOG));
    if (!Files.exists(around.resolve(PIPE))) {
      new ProcessBuilder("mkfifo", around.resolve(PIPE).toString()).inheritIO().start().waitFor();
    }
    lay(STATE, Calls.state().encodePrettily());
    lay(LOCK, lock());
    for (int i = 0; i < STATUSES.size(); i++) {
      String id = "drm-" + (100 + i);
      entries.add(id);
      JsonObject entry = Calls.entry(STATUSES.get(i), operation(i)).put("id", id);
      lay(LOG + "/" + id + ".json", entry.encodePrettily());
    }
    List<String> names = new ArrayList<>(things.keySet());
    for (int i = random.nextInt(3); i >= 0; i--) {
      spoil(names.get(random.nextInt(names.size())));
    }
    spoil(random.nextBoolean() ? STATE : LOCK);
  }

  private static JsonObject operation(int i) {
    return switch (i % 3) {
      case 0 -> Calls.consolidate();
      case 1 -> Calls.synthesize();
      default -> Calls.prune();
    };
  }

  /** Free, a foreign process's that is dead, or an earlier host's that was killed. */
  private String lock() {
    return switch (random.nextInt(3)) {
      case 0 -> "";
      case 1 -> "999999";
      default ->
          "999999 {\"token\":1048577,\"instance\":\"earlier\",\"owner\":\"me\","
              + "\"acquiredAt\":1793714400000,\"expiresAt\":1793716200000,\"leaseMs\":1800000,"
              + "\"priorMtime\":1793714300000,\"prior\":\"2026-11-03T09:58:20Z\"}\n";
    };
  }

  private void lay(String name, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Files.write(dir.resolve(name), content);
    things.put(name, new Thing(content, true));
  }

  private void spoil(String name) throws IOException {
    Path file = dir.resolve(name);
    byte[] old = things.get(name).content();
    if (old == null) {
      return;
    }
    byte[] content = null;
    int kind = random.nextInt(24);
    Files.delete(file);
    switch (kind) {
      case 0 -> Files.createDirectory(file);
      case 1 -> Files.write(Files.createDirectory(file).resolve("inside"), old);
      case 2 -> Files.createSymbolicLink(file, Path.of("nowhere"));
      case 3 -> Files.createSymbolicLink(file, Files.write(around.resolve("elsewhere"), old));
      case 4 -> Files.createLink(file, around.resolve(PIPE));
      default -> {
        content = kind == 5 ? newer(old) : mutator.mutate(old);
        Files.write(file, content);
      }
    }
    story.append(name).append(" kind ").append(kind).append("; ");
    things.put(name, new Thing(content, Arrays.equals(content, old) && things.get(name).whole()));
  }

  private static byte[] newer(byte[] state) {
    String text = new String(state, StandardCharsets.UTF_8);
    return text.replace("\"version\" : 1", "\"version\" : 2").getBytes(StandardCharsets.UTF_8);
  }

  Path dir() {
    return dir;
  }

  Map<String, Thing> things() {
    return things;
  }

  /** The ids of all entries. */
  List<String> entries() {
    return entries;
  }

  /** Tells whether the same thing still stands there. */
  boolean untouched(String name) throws IOException {
    Path file = dir.resolve(name);
    byte[] content = things.get(name).content();
    boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    return content == null
        ? !regular && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        : regular && Arrays.equals(content, Files.readAllBytes(file));
  }

  void clear() throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(story);
    things.forEach(
        (name, thing) -> {
          if (!thing.whole() && thing.content() != null) {
            String content = new String(thing.content(), StandardCharsets.UTF_8);
            text.append('\n').append(name).append(": ");
            text.append(content, 0, Math.min(1_000, content.length()));
          }
        });
    return text.toString();
  }
}
