package org.dreamkeeper.model;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a project is, without files, threads and time: the contract in plain variables. */
final class Model {
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Who holds the lock until when, on the monotonic clock. */
  private record Holder(long token, String owner, long endMs) {}

  /** How a token ended, and what was answered. */
  private record End(String action, JsonObject reply) {}

  /** A request was refused. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    final int code;

    Refused(int code) {
      this.code = code;
    }
  }

  private final Map<Long, End> ended = new HashMap<>();

  /** By the numbers of their ids, which are also their beginnings. */
  private final NavigableMap<Long, JsonObject> entries = new TreeMap<>();

  private JsonObject state =
      new JsonObject()
          .put("version", 1)
          .put("curationsSinceDream", 0)
          .put("lastDreamAt", null)
          .put("lastDreamLogId", null)
          .put("totalDreams", 0)
          .put("pendingMerges", new JsonArray())
          .put("staleSummaryPaths", new JsonArray());

  private Holder holder;
  private long lastCompleted;
  private long lastToken;
  private long lastId;
  long millis;
  long elapsed;

  Model(long millis) {
    this.millis = millis;
  }

  /** The token that holds the lock, also past its lease; 0 if none does. */
  long token() {
    return holder == null ? 0 : holder.token();
  }

  NavigableMap<Long, JsonObject> entries() {
    return entries;
  }

  private void fence(Long token) throws Refused {
    if (token != null && token != token()) {
      throw new Refused(410);
    }
  }

  JsonObject read() {
    return state;
  }

  JsonObject change(Long token, JsonObject patch) throws Refused {
    fence(token);
    state.mergeIn(patch);
    return state;
  }

  JsonObject increment(Long token, int by) throws Refused {
    fence(token);
    state.put("curationsSinceDream", state.getInteger("curationsSinceDream") + by);
    return state;
  }

  JsonObject addMerge(Long token, JsonObject merge) throws Refused {
    fence(token);
    state.getJsonArray("pendingMerges").add(merge);
    return state;
  }

  JsonObject removeMerges(Long token, String dream) throws Refused {
    fence(token);
    JsonArray left = new JsonArray();
    for (Object each : state.getJsonArray("pendingMerges")) {
      if (!dream.equals(((JsonObject) each).getString("suggestedByDreamId"))) {
        left.add(each);
      }
    }
    state.put("pendingMerges", left);
    return state;
  }

  JsonObject enqueue(Long token, String path) throws Refused {
    fence(token);
    JsonArray queue = state.getJsonArray("staleSummaryPaths");
    boolean there =
        queue.stream().anyMatch(each -> path.equals(((JsonObject) each).getString("path")));
    if (!there) {
      queue.add(new JsonObject().put("path", path).put("enqueuedAt", millis));
    }
    return new JsonObject().put("added", there ? 0 : 1).put("queued", queue.size());
  }

  JsonObject drain(Long token) throws Refused {
    fence(token);
    JsonArray paths = new JsonArray();
    for (Object each : state.getJsonArray("staleSummaryPaths")) {
      paths.add(((JsonObject) each).getString("path"));
    }
    state.put("staleSummaryPaths", new JsonArray());
    return new JsonObject().put("paths", paths);
  }

  JsonObject recordDream(Long token, String id, long completedAt, Integer seen) throws Refused {
    fence(token);
    String last = state.getString("lastDreamLogId");
    if (last == null || number(id) > number(last)) {
      int curations = state.getInteger("curationsSinceDream");
      state
          .put("curationsSinceDream", seen == null ? 0 : Math.max(0, curations - seen))
          .put("lastDreamAt", ISO.format(Instant.ofEpochMilli(completedAt)))
          .put("lastDreamLogId", id)
          .put("totalDreams", state.getInteger("totalDreams") + 1);
    }
    return state;
  }

  JsonObject forgetDream(Long token, String id, String previous, long previousAt, int curations)
      throws Refused {
    fence(token);
    String recorded = state.getString("lastDreamLogId");
    boolean last = id.equals(recorded);
    boolean undoing = id.equals(state.getValue("undoing"));
    if (last || (undoing && recorded != null && number(id) < number(recorded))) {
      state
          .put("curationsSinceDream", state.getInteger("curationsSinceDream") + curations)
          .put("totalDreams", Math.max(0, state.getInteger("totalDreams") - 1));
    }
    if (last) {
      String at = previous == null ? null : ISO.format(Instant.ofEpochMilli(previousAt));
      state.put("lastDreamLogId", previous).put("lastDreamAt", at);
    }
    if (undoing) {
      state.remove("undoing");
    }
    return removeMerges(token, id);
  }

  static long number(String id) {
    return Long.parseLong(id.substring("drm-".length()));
  }

  /** Tells whether a request for the lock is granted now. */
  boolean free() {
    return holder == null || elapsed >= holder.endMs();
  }

  String owner() {
    return holder.owner();
  }

  /** Takes in a grant; the token is the service's choice, but for its order. */
  JsonObject granted(long token, String owner, long leaseMs) {
    if (token <= lastToken) {
      throw new AssertionError("token " + token + " after " + lastToken);
    }
    lastToken = token;
    endUnasked();
    holder = new Holder(token, owner, elapsed + leaseMs);
    interrupt();
    return new JsonObject()
        .put("acquired", true)
        .put("token", token)
        .put("priorMtime", lastCompleted)
        .put("acquiredAt", millis)
        .put("expiresAt", millis + leaseMs);
  }

  JsonObject renew(long token, long leaseMs) throws Refused {
    if (token() != token) {
      throw new Refused(409);
    }
    holder = new Holder(token, holder.owner(), elapsed + leaseMs);
    return new JsonObject().put("expiresAt", millis + leaseMs);
  }

  JsonObject end(long token, String action) throws Refused {
    if (token() != token) {
      End before = ended.get(token);
      if (before == null || !before.action().equals(action)) {
        throw new Refused(409);
      }
      return before.reply();
    }
    boolean release = action.equals("release");
    lastCompleted = release ? millis : lastCompleted;
    JsonObject reply = new JsonObject().put(release ? "completedAt" : "mtime", lastCompleted);
    ended.put(token, new End(action, reply));
    holder = null;
    interrupt();
    return reply;
  }

  JsonObject status() {
    return new JsonObject()
        .put("held", holder != null)
        .put("lastCompletedAt", lastCompleted)
        .put("waiting", 0);
  }

  /** A completed dream counts, whoever ends its lock. */
  private void endUnasked() {
    if (holder == null) {
      return;
    }
    for (JsonObject each : entries.descendingMap().values()) {
      if (each.getLong("lockToken", 0L) == holder.token()) {
        if (each.getString("status").equals("completed")) {
          lastCompleted = Math.min(each.getLong("completedAt"), millis);
          record(each.getString("id"), lastCompleted);
        }
        break;
      }
    }
    holder = null;
  }

  private void record(String id, long completedAt) {
    try {
      recordDream(null, id, completedAt, null);
    } catch (Refused impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** A completed dream whose lock is over is recorded, though nobody has done so. */
  private void recordMissed() {
    for (JsonObject each : entries.descendingMap().values()) {
      long token = each.getLong("lockToken", 0L);
      if (each.getString("status").equals("completed") && token != 0 && token != token()) {
        String last = state.getString("lastDreamLogId");
        String lastAt = state.getString("lastDreamAt");
        record(each.getString("id"), each.getLong("completedAt"));
        if (each.getLong("completedAt") > millis && !each.getString("id").equals(last)) {
          state.put("lastDreamAt", lastAt);
        }
        return;
      }
    }
  }

  /** Names the first gate that is closed to who forces it; or null. */
  String gate() {
    recordMissed();
    return free() ? null : "lock";
  }

  private void interrupt() {
    for (JsonObject each : entries.values()) {
      if (each.getString("status").equals("processing") && each.getLong("lockToken") != token()) {
        each.put("status", "error");
      }
    }
  }

  void restart() {
    endUnasked();
    ended.clear();
    interrupt();
    recordMissed();
    for (JsonObject each : entries.descendingMap().values()) {
      if (each.getString("status").equals("completed") && each.containsKey("lockToken")) {
        long at = each.getLong("completedAt");
        lastCompleted = at <= millis ? Math.max(lastCompleted, at) : lastCompleted;
        break;
      }
    }
  }

  void nextId(String id) {
    long highest = entries.isEmpty() ? lastId : Math.max(lastId, entries.lastKey());
    if (number(id) <= highest || number(id) < millis) {
      throw new AssertionError(id + " after " + highest + ", at " + millis);
    }
    lastId = number(id);
  }

  JsonObject save(Long token, JsonObject entry) throws Refused {
    fence(token);
    long number = number(entry.getString("id"));
    JsonObject saved = entry.copy();
    JsonObject old = entries.get(number);
    if (token != null) {
      saved.put("lockToken", token);
    } else if (old != null && old.containsKey("lockToken")) {
      saved.put("lockToken", old.getLong("lockToken"));
    }
    entries.put(number, saved);
    return new JsonObject().put("id", entry.getString("id"));
  }

  JsonObject append(Long token, String id, JsonObject operation) throws Refused {
    fence(token);
    JsonObject entry = entries.get(number(id));
    if (entry == null || !entry.getString("status").equals("processing")) {
      throw new Refused(400);
    }
    JsonArray operations = entry.getJsonArray("operations").add(operation);
    JsonObject summary = entry.getJsonObject("summary");
    summary.put("pruned", summary.getInteger("pruned") + 1);
    return new JsonObject().put("count", operations.size());
  }

  List<JsonObject> list(String status, int limit) {
    return entries.descendingMap().values().stream()
        .filter(each -> status == null || each.getString("status").equals(status))
        .limit(limit)
        .toList();
  }
}
