package org.dreamkeeper.texts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.FileStat;

/**
 * What the reference keeps of a dream beside its texts, so that somebody may review it: texts as
 * they were, in {@code .brv/review-backups}, and what is to be judged, in the {@code curate-log} of
 * its data directory. Once an operation is taken back, both are out of date. Blocking.
 */
record ReferenceReviews(Disk disk, Path backups, Path log) {
  private static final Pattern ENTRY = Pattern.compile("cur-[0-9]+\\.json");
  private static final int MAX_ENTRY_BYTES = 64 << 20;
  private static final int MAX_NAME = 200;
  private static final int HASH = 12;
  private static final List<String> ILLEGAL = List.of("\"", "*", ":", "<", ">", "?", "|");

  /** Finds those of a base directory; null if that is none of the reference's. */
  static ReferenceReviews of(Disk disk, String baseDir, Map<String, String> environment)
      throws IOException {
    if (baseDir == null || !Path.of(baseDir).endsWith(".brv")) {
      return null;
    }
    Path base = Path.of(baseDir).toRealPath();
    Path data = data(environment).resolve("projects").resolve(name(base.getParent()));
    return new ReferenceReviews(disk, base.resolve("review-backups"), data.resolve("curate-log"));
  }

  private static Path data(Map<String, String> environment) {
    if (!environment.getOrDefault("BRV_DATA_DIR", "").isEmpty()) {
      return Path.of(environment.get("BRV_DATA_DIR"));
    }
    Path home = Path.of(System.getProperty("user.home"));
    String system = System.getProperty("os.name");
    if (system.startsWith("Mac")) {
      return home.resolve("Library/Application Support/brv");
    }
    boolean windows = system.startsWith("Windows");
    String parent = environment.get(windows ? "LOCALAPPDATA" : "XDG_DATA_HOME");
    Path usual = home.resolve(windows ? "AppData/Local" : ".local/share");
    return (parent == null ? usual : Path.of(parent)).resolve("brv");
  }

  /** Names a project's data as the reference does, by its path. */
  static String name(Path project) {
    String path = project.toString().replaceFirst("^([A-Za-z]):", "$1");
    String name =
        Arrays.stream(path.split("[/\\\\]+"))
            .filter(part -> !part.isEmpty())
            .map(ReferenceReviews::encoded)
            .collect(Collectors.joining("--"));
    if (name.length() <= MAX_NAME) {
      return name;
    }
    String hash = Found.of(name).seen().substring(0, HASH);
    return name.substring(0, MAX_NAME - HASH - 3) + "---" + hash;
  }

  private static String encoded(String part) {
    String encoded = part.replace("%", "%25").replace("--", "%2D%2D");
    for (String each : ILLEGAL) {
      encoded = encoded.replace(each, "%%%02X".formatted((int) each.charAt(0)));
    }
    return encoded;
  }

  /** Deletes the texts that a review would bring back. */
  void deleteBackups(Collection<String> paths) throws IOException {
    Places places = new Places(backups, disk);
    for (String path : paths) {
      Path file = places.of(path);
      disk.delete(file);
      for (Path folder = file.getParent(); !folder.equals(backups); folder = folder.getParent()) {
        if (disk.stat(folder).isEmpty()) {
          continue;
        }
        if (!disk.list(folder).isEmpty()) {
          break;
        }
        disk.delete(folder);
      }
    }
  }

  /**
   * Rejects what is to be judged of a dream.
   *
   * @param taskId the dream's task; null for a dream that has none: then it must be the only one
   *     with just these targets
   * @param targets what was taken back, as {@code <type>:<path>}
   */
  void reject(String taskId, List<String> targets) throws IOException {
    if (targets.isEmpty() || disk.stat(log).filter(FileStat::directory).isEmpty()) {
      return;
    }
    List<String> sorted = targets.stream().sorted().toList();
    Predicate<JsonObject> ours =
        entry ->
            taskId == null ? told(entry).equals(sorted) : taskId.equals(entry.getValue("taskId"));
    Map<Path, JsonObject> found = new LinkedHashMap<>();
    List<String> names = disk.list(log).stream().filter(ENTRY.asMatchPredicate()).toList();
    for (String name : names) {
      Path file = log.resolve(name);
      JsonText.parseObject(disk.read(file, MAX_ENTRY_BYTES))
          .filter(entry -> isOver(entry) && ours.test(entry))
          .ifPresent(entry -> found.put(file, entry));
    }
    if (taskId != null || found.size() == 1) {
      for (Map.Entry<Path, JsonObject> each : found.entrySet()) {
        reject(each.getKey(), each.getValue(), targets);
      }
    }
  }

  private static boolean isOver(JsonObject entry) {
    return "completed".equals(entry.getValue("status"))
        && entry.getValue("input") instanceof JsonObject input
        && "dream".equals(input.getValue("context"))
        && entry.getValue("operations") instanceof JsonArray operations
        && operations.stream().allMatch(JsonObject.class::isInstance);
  }

  private static List<String> told(JsonObject entry) {
    return entry.getJsonArray("operations").stream()
        .map(each -> target((JsonObject) each))
        .sorted()
        .toList();
  }

  private static String target(JsonObject operation) {
    return operation.getValue("type") + ":" + operation.getValue("path");
  }

  private void reject(Path file, JsonObject entry, List<String> targets) throws IOException {
    boolean changed = false;
    for (Object each : entry.getJsonArray("operations")) {
      JsonObject operation = (JsonObject) each;
      Object status = operation.getValue("reviewStatus");
      if (status != null && !"rejected".equals(status) && targets.contains(target(operation))) {
        operation.put("reviewStatus", "rejected");
        changed = true;
      }
    }
    if (changed) {
      Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
      disk.create(fresh, JsonText.print(entry), file, true);
      disk.rename(fresh, file);
    }
  }
}
