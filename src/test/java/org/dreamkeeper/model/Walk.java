package org.dreamkeeper.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Kept;
import org.dreamkeeper.Served;
import org.dreamkeeper.junit5.ManualTime;

/** One random walk of a project and its model, step by step; they must always say the same. */
final class Walk {
  private static final String[] ENDED = {"completed", "partial", "error", "undone"};
  private static final long LEASE_MS = 10_000;
  private static final int MAX_ENTRIES = 40;
  private static final long BEGINNING = 1_795_000_000_000L;

  /** Asks the model what a request comes to. */
  private interface Expected {
    JsonObject reply() throws Model.Refused;
  }

  private final Random random;
  private final Vertx vertx;
  private final Kept kept;
  private final ManualTime time;
  private final Model model;
  private final List<String> ids = new ArrayList<>();
  private final List<Long> tokens = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();
  private Served served;
  private int count;

  Walk(Vertx vertx, Kept kept, long seed) {
    this.vertx = vertx;
    this.kept = kept;
    this.random = new Random(seed);
    this.time = new ManualTime(BEGINNING);
    this.model = new Model(BEGINNING);
  }

  /** Goes so many steps. */
  void go(int length) {
    serve();
    try {
      for (int i = 0; i < length; i++) {
        step();
        look();
      }
      restart();
      look();
    } catch (AssertionError | RuntimeException wrong) {
      throw new AssertionError(String.join("\n", steps) + "\n" + wrong.getMessage(), wrong);
    } finally {
      served.close();
    }
  }

  private void serve() {
    served = kept.unsynced(vertx, time);
  }

  private void step() {
    count++;
    switch (random.nextInt(29)) {
      case 0, 1 -> {
        int by = 1 + random.nextInt(5);
        Long token = token();
        JsonObject body = new JsonObject().put("by", by);
        asks("state", "incrementCurationCount", body, token, () -> model.increment(token, by));
      }
      case 2 -> {
        Long token = token();
        JsonObject patch = new JsonObject().put("note", count);
        asks("state", "update", patch, token, () -> model.change(token, patch.copy()));
      }
      case 3 -> merge();
      case 4 -> {
        Long token = token();
        String dream = "drm-" + random.nextInt(3);
        JsonObject body = new JsonObject().put("suggestedByDreamId", dream);
        asks("state", "removePendingMerges", body, token, () -> model.removeMerges(token, dream));
      }
      case 5 -> {
        Long token = token();
        String path = "p" + random.nextInt(6);
        JsonObject body = new JsonObject().put("paths", new JsonArray().add(path));
        asks("state", "enqueueStaleSummaryPaths", body, token, () -> model.enqueue(token, path));
      }
      case 6 -> {
        Long token = token();
        asks("state", "drainStaleSummaryPaths", null, token, () -> model.drain(token));
      }
      case 7 -> recordDream();
      case 8, 9, 10 -> acquire();
      case 11 -> {
        Long token = anyToken();
        JsonObject body = new JsonObject().put("leaseMs", LEASE_MS);
        asks("lock", "renew", body, token, () -> model.renew(token, LEASE_MS));
      }
      case 12, 13 -> {
        Long token = anyToken();
        String end = random.nextBoolean() ? "release" : "rollback";
        asks("lock", end, null, token, () -> model.end(token, end));
      }
      case 14, 15 -> nextId();
      case 16, 17, 18 -> save();
      case 19 -> advance((long) random.nextInt(2) * LEASE_MS + random.nextInt(5_000));
      case 20 -> setClock();
      case 21 -> foreignState();
      case 22 -> foreignEntry();
      case 23 -> gates();
      case 24 -> forgetDream();
      case 25, 26, 27 -> append();
      default -> restart();
    }
  }

  private void merge() {
    Long token = token();
    JsonObject merge =
        new JsonObject()
            .put("sourceFile", "s" + count)
            .put("mergeTarget", "t")
            .put("reason", "same")
            .put("suggestedByDreamId", "drm-" + random.nextInt(3));
    JsonObject body = new JsonObject().put("merges", new JsonArray().add(merge));
    asks("state", "addPendingMerges", body, token, () -> model.addMerge(token, merge));
  }

  private void recordDream() {
    if (ids.isEmpty()) {
      return;
    }
    Long token = token();
    String id = ids.get(random.nextInt(ids.size()));
    Integer seen = random.nextBoolean() ? random.nextInt(4) : null;
    JsonObject body = new JsonObject().put("logId", id).put("completedAt", time.millis());
    if (seen != null) {
      body.put("curationsSeen", seen);
    }
    long at = time.millis();
    asks("state", "recordDream", body, token, () -> model.recordDream(token, id, at, seen));
  }

  private void gates() {
    steps.add("gates");
    JsonObject force = new JsonObject().put("force", true);
    JsonObject closed = served.ask("state", "gates", force).getJsonObject("closed");
    assertEquals(model.gate(), closed == null ? null : closed.getString("gate"));
  }

  private void forgetDream() {
    if (ids.isEmpty()) {
      return;
    }
    Long token = token();
    String id = ids.get(random.nextInt(ids.size()));
    if (random.nextBoolean()) {
      JsonObject undoing = new JsonObject().put("undoing", id);
      asks("state", "update", undoing, token, () -> model.change(token, undoing.copy()));
    }
    int curations = random.nextInt(4);
    JsonObject body = new JsonObject().put("logId", id).put("curations", curations);
    String other = ids.get(random.nextInt(ids.size()));
    String previous = other.equals(id) ? null : other;
    long at = time.millis();
    if (previous != null) {
      body.put("previous", new JsonObject().put("logId", previous).put("completedAt", at));
    }
    asks(
        "state",
        "forgetDream",
        body,
        token,
        () -> model.forgetDream(token, id, previous, at, curations));
  }

  private void acquire() {
    String owner = "o" + count;
    JsonObject body = new JsonObject().put("owner", owner).put("leaseMs", LEASE_MS);
    steps.add("tryAcquire " + owner);
    JsonObject reply = served.ask("lock", "tryAcquire", body);
    if (!model.free()) {
      assertEquals(false, reply.getBoolean("acquired"));
      assertEquals(model.owner(), reply.getJsonObject("holder").getString("owner"));
      return;
    }
    reply.remove("reclaimed");
    long token = reply.getLong("token", 0L);
    tokens.add(token);
    assertEquals(model.granted(token, owner, LEASE_MS), reply);
  }

  private void nextId() {
    steps.add("nextId");
    String id = served.ask("log", "nextId", null).getString("id");
    model.nextId(id);
    ids.add(id);
  }

  private void save() {
    if (ids.isEmpty()) {
      return;
    }
    String id = ids.get(random.nextInt(ids.size()));
    boolean known = model.entries().containsKey(Model.number(id));
    if (!known && model.entries().size() >= MAX_ENTRIES) {
      return;
    }
    Long token = token();
    boolean processing = token != null && random.nextBoolean();
    JsonObject entry = entry(id, processing ? "processing" : ENDED[random.nextInt(4)]);
    asks("log", "save", entry, token, () -> model.save(token, entry));
  }

  private void append() {
    if (ids.isEmpty()) {
      return;
    }
    // Most often to the one that may still be processing.
    String id = ids.get(random.nextInt(3) == 0 ? random.nextInt(ids.size()) : ids.size() - 1);
    JsonObject operation =
        new JsonObject()
            .put("type", "PRUNE")
            .put("action", "KEEP")
            .put("file", count + ".md")
            .put("reason", "still true")
            .put("needsReview", false);
    JsonObject body =
        new JsonObject().put("id", id).put("operations", new JsonArray().add(operation.copy()));
    Long token = token();
    asks("log", "append", body, token, () -> model.append(token, id, operation));
  }

  private JsonObject entry(String id, String status) {
    JsonObject entry = Calls.bareEntry(id, Model.number(id), status).put("count", count);
    if (!status.equals("processing")) {
      entry.put("completedAt", time.millis());
    }
    return switch (status) {
      case "partial" -> entry.put("abortReason", "time is up");
      case "error" -> entry.put("error", "it broke");
      case "undone" -> entry.put("undoneAt", time.millis());
      default -> entry;
    };
  }

  private void advance(long ms) {
    steps.add("advance " + ms);
    time.advance(ms);
    model.millis = time.millis();
    model.elapsed += ms;
  }

  private void setClock() {
    long jump = random.nextInt(7_200_000) - 3_600_000L;
    steps.add("set the clock by " + jump);
    time.setMillis(time.millis() + jump);
    model.millis = time.millis();
  }

  private void foreignState() {
    if (kept.state() == null) {
      return;
    }
    steps.add("a foreign process counts seven");
    JsonObject content = new JsonObject(kept.state());
    content.put("curationsSinceDream", content.getInteger("curationsSinceDream") + 7);
    kept.putState(content.encodePrettily());
    model.read().put("curationsSinceDream", model.read().getInteger("curationsSinceDream") + 7);
  }

  private void foreignEntry() {
    if (random.nextBoolean() && !model.entries().isEmpty()) {
      long gone = model.entries().firstKey();
      steps.add("a foreign process deletes " + gone);
      kept.putEntry("drm-" + gone, null);
      model.entries().remove(gone);
    } else if (model.entries().size() < MAX_ENTRIES) {
      String id = "drm-" + (time.millis() - 1_000_000 - count);
      steps.add("a foreign process writes " + id);
      JsonObject entry = entry(id, "completed");
      kept.putEntry(id, entry.encodePrettily());
      model.entries().put(Model.number(id), entry);
    }
  }

  private void restart() {
    steps.add("restart");
    served.close();
    model.restart();
    serve();
  }

  /** None, the holder's, or one that may be out of date. */
  private Long token() {
    return random.nextInt(3) > 0 ? null : anyToken();
  }

  private Long anyToken() {
    if (model.token() != 0 && random.nextInt(4) > 0) {
      return model.token();
    }
    return tokens.isEmpty() ? Long.valueOf(1) : tokens.get(random.nextInt(tokens.size()));
  }

  private void asks(String actor, String action, JsonObject body, Long token, Expected expected) {
    steps.add(action + " " + body + " by " + token);
    String[] headers = token == null ? new String[0] : new String[] {"token", token.toString()};
    try {
      JsonObject reply = expected.reply().copy();
      assertEquals(reply, served.ask(actor, action, body, headers));
    } catch (Model.Refused refusal) {
      assertEquals(refusal.code, served.refused(actor, action, body, headers).failureCode());
    }
  }

  /** Compares all that can be read, and one of the pages and entries. */
  private void look() {
    assertEquals(model.read(), served.ask("state", "read", null));
    JsonObject status = served.ask("lock", "status", null);
    status.remove("holder");
    assertEquals(model.status(), status);
    String only = random.nextBoolean() ? null : ENDED[random.nextInt(4)];
    int limit = 1 + random.nextInt(MAX_ENTRIES);
    JsonObject query = new JsonObject().put("limit", limit);
    if (only != null) {
      query.put("status", new JsonArray().add(only));
    }
    JsonArray page = served.ask("log", "list", query).getJsonArray("entries");
    List<JsonObject> listed = page.stream().map(each -> same((JsonObject) each)).toList();
    assertEquals(model.list(only, limit).stream().map(Walk::same).toList(), listed);
    if (!ids.isEmpty()) {
      String id = ids.get(random.nextInt(ids.size()));
      JsonObject found = served.ask("log", "getById", new JsonObject().put("id", id));
      JsonObject known = model.entries().get(Model.number(id));
      assertTrue((found == null) == (known == null), id);
      assertEquals(known == null ? null : same(known), found == null ? null : same(found));
    }
  }

  /** When an interrupted entry was ended, and in what words, is not the model's to say. */
  private static JsonObject same(JsonObject entry) {
    JsonObject same = entry.copy();
    boolean interrupted =
        entry.getString("status").equals("error")
            && entry.getString("error", "Interrupted").startsWith("Interrupted");
    if (interrupted) {
      same.remove("error");
      same.remove("completedAt");
    }
    return same;
  }
}
