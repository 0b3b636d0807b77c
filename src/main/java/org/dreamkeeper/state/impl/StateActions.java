package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Action;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.store.LogId;

/**
 * What each action makes of a state.
 *
 * @param stored whether a valid document says the same, or will with this batch
 * @param now ms since 1970
 */
record StateActions(State state, boolean stored, long now) {
  /** Judged by {@link GateRules}, when lock and log have been asked. */
  static final String GATES = "gates";

  static final List<Action> ALL =
      List.of(
          Action.reading("read", null),
          Action.reading(GATES, "state.gates"),
          Action.writing("write", "state.write"),
          Action.writing("update", "state.update"),
          Action.writing("incrementCurationCount", "state.incrementCurationCount"),
          Action.writing("addPendingMerges", "state.addPendingMerges"),
          Action.writing("removePendingMerges", "state.removePendingMerges"),
          Action.writing("enqueueStaleSummaryPaths", "state.enqueueStaleSummaryPaths"),
          Action.writing("drainStaleSummaryPaths", null),
          Action.writing("recordDream", "state.recordDream"),
          Action.writing("forgetDream", "state.forgetDream"));

  static final long MAX_COUNT = (1L << 53) - 1;

  /** The end of the year 9999. */
  private static final long MAX_INSTANT = 253402300799999L;

  /** As JavaScript's Date.toISOString. */
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /**
   * What an action came to.
   *
   * @param state the new state; the very same object if nothing changed
   * @param reply the reply's body; null where it is the state
   */
  record Outcome(State state, JsonObject reply) {}

  /** Carries an action out, whose body is valid by its schema; or refuses it. */
  Outcome carryOut(String action, JsonObject body) {
    Map<String, Object> in = CanonicalJson.object(body);
    return switch (action) {
      case "read" -> new Outcome(state, null);
      case "write" -> new Outcome(write(in), null);
      case "update" -> new Outcome(update(in), null);
      case "incrementCurationCount" -> new Outcome(increment(in), null);
      case "addPendingMerges" -> new Outcome(PendingMerges.add(state, in), null);
      case "removePendingMerges" -> new Outcome(PendingMerges.remove(state, in), null);
      case "enqueueStaleSummaryPaths" -> StalePaths.enqueue(state, in, now);
      case "drainStaleSummaryPaths" -> StalePaths.drain(state);
      case "recordDream" -> new Outcome(recordDream(in), null);
      case "forgetDream" -> new Outcome(ForgottenDream.forget(state, in), null);
      default -> throw new IllegalArgumentException(action);
    };
  }

  private State write(Map<String, Object> body) {
    leaveAbsent(body);
    // Where nothing stands there is no order: then it is the writer's.
    State next = new State(state == State.EMPTY ? body : inOrder(body));
    // A state that was only salvaged or assumed does not stand yet: then even the same is written.
    return stored && next.same(state) ? state : next;
  }

  private State update(Map<String, Object> patch) {
    if (patch.containsKey(State.VERSION) && !Integer.valueOf(1).equals(patch.get(State.VERSION))) {
      throw invalid("/version: cannot be changed or removed, expected 1 or no version");
    }
    Map<String, Object> result = MergePatch.changed(state.fields(), patch);
    State.DEFAULTS.forEach(result::putIfAbsent);
    Optional<String> complaint = Schemas.check("state", new JsonObject(result));
    if (complaint.isPresent()) {
      throw invalid(complaint.get());
    }
    leaveAbsent(result);
    State next = new State(inOrder(result));
    return next.same(state) ? state : next;
  }

  /** The typed client, or whoever read before, sends both arrays: absent ones stay absent. */
  private void leaveAbsent(Map<String, Object> next) {
    for (String array : State.ARRAYS) {
      if (!state.fields().containsKey(array)) {
        next.remove(array, List.of());
      }
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> inOrder(Map<String, Object> fields) {
    return (Map<String, Object>) CanonicalJson.ordered(state.fields(), fields);
  }

  private State increment(Map<String, Object> body) {
    long by = ((Number) body.getOrDefault("by", 1)).longValue();
    long sum = state.count(State.CURATIONS) + by;
    if (sum > MAX_COUNT) {
      String expected = ", expected at most " + MAX_COUNT;
      throw invalid("/" + State.CURATIONS + ": would be " + sum + expected);
    }
    return state.with(Map.of(State.CURATIONS, sum));
  }

  private State recordDream(Map<String, Object> body) {
    String logId = (String) body.get("logId");
    return LogId.after(logId, state.text(State.LAST_DREAM_LOG_ID))
        ? record(state, logId, (Number) body.getOrDefault("completedAt", now), body)
        : state;
  }

  /**
   * Records a dream that only the log knows: {@code {id, completedAt?, curationsSeen?}}. When it
   * completed is left open where the log gives a time in the future.
   */
  static State recordMissed(State state, JsonObject dream, long now) {
    Long at = dream.getLong("completedAt", Long.MAX_VALUE);
    return record(state, dream.getString("id"), at <= now ? at : null, dream.getMap());
  }

  private static State record(
      State state, String logId, Number completedAt, Map<String, Object> dream) {
    long seen = ((Number) dream.getOrDefault("curationsSeen", MAX_COUNT)).longValue();
    Map<String, Object> changes = new LinkedHashMap<>();
    changes.put(State.CURATIONS, Math.max(0, state.count(State.CURATIONS) - seen));
    if (completedAt != null) {
      // A request's is in these bounds; the clock may not be.
      long at = Math.max(0, Math.min(completedAt.longValue(), MAX_INSTANT));
      changes.put(State.LAST_DREAM_AT, iso(at));
    }
    changes.put(State.LAST_DREAM_LOG_ID, logId);
    // Whatever stands there, a dream that completed is recorded.
    changes.put(State.TOTAL_DREAMS, Math.min(MAX_COUNT, state.count(State.TOTAL_DREAMS) + 1));
    return state.with(changes);
  }

  static String iso(long ms) {
    return ISO.format(Instant.ofEpochMilli(ms));
  }

  private static DreamkeeperException invalid(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }
}
