package org.dreamkeeper.state.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.dreamkeeper.state.GateOptions;
import org.dreamkeeper.store.StoredState.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is judged of what is there: a table. */
final class GateRulesTest {
  private static final long HOUR = 3_600_000;
  private static final long NOW = 1_775_822_400_000L;

  /**
   * A row.
   *
   * @param closed the names of the gates that are closed, in order
   * @param figures what the gates' figures must contain, all together
   */
  record Row(String name, Case given, List<String> closed, JsonObject figures) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All is open, unless a part of it is replaced. */
  record Case(
      Map<String, Object> state,
      DecodedState decoded,
      JsonObject lock,
      JsonObject log,
      JsonObject limits,
      boolean own) {

    static Case open() {
      Map<String, Object> fields = new LinkedHashMap<>(State.DEFAULTS);
      fields.put(State.CURATIONS, 3);
      return new Case(fields, null, heldBy(null), new JsonObject(), usual(), false);
    }

    static JsonObject usual() {
      return new GateOptions().toJson();
    }

    static JsonObject heldBy(JsonObject holder) {
      JsonObject lock = new JsonObject().put("waiting", 0).put("lastCompletedAt", 0L);
      return holder == null ? lock : lock.put("holder", holder);
    }

    Case field(String field, Object value) {
      Map<String, Object> fields = new LinkedHashMap<>(state);
      fields.put(field, value);
      return new Case(fields, decoded, lock, log, limits, own);
    }

    Case lastDream(long ms) {
      return field(State.LAST_DREAM_AT, Instant.ofEpochMilli(ms).toString());
    }

    Case found(DecodedState other) {
      return new Case(state, other, lock, log, limits, own);
    }

    Case held(JsonObject holder) {
      return new Case(state, decoded, heldBy(holder), log, limits, own);
    }

    Case lastCompletedAt(long ms) {
      return new Case(state, decoded, lock.copy().put("lastCompletedAt", ms), log, limits, own);
    }

    Case log(JsonObject other) {
      return new Case(state, decoded, lock, other, limits, own);
    }

    Case asked(UnaryOperator<JsonObject> other) {
      return new Case(state, decoded, lock, log, other.apply(limits.copy()), own);
    }

    Case owned() {
      return new Case(state, decoded, lock, log, limits, true);
    }

    JsonObject judge() {
      DecodedState on = decoded == null ? DecodedState.good(new State(state)) : decoded;
      GateFacts facts = new GateFacts(new GateOptions(), lock, log, 0, 0);
      return new GateRules("dream-state.json", on, facts, limits, own, NOW).judge();
    }
  }

  private static JsonObject holder() {
    return new JsonObject()
        .put("pid", 7)
        .put("acquiredAt", NOW)
        .put("expiresAt", NOW + HOUR)
        .put("foreign", false);
  }

  private static JsonObject over(String id, long completedAt) {
    return new JsonObject().put("id", id).put("completedAt", completedAt);
  }

  private static Case failed(int failures, long at) {
    return OPEN.log(new JsonObject().put("failures", failures).put("failedAt", at));
  }

  private static Row row(String name, Case given, List<String> closed, Object... figures) {
    JsonObject expected = new JsonObject();
    for (int i = 0; i < figures.length; i += 2) {
      expected.put((String) figures[i], figures[i + 1]);
    }
    return new Row(name, given, closed, expected);
  }

  private static final Case OPEN = Case.open();
  private static final List<String> NONE = List.of();
  private static final List<String> HOURS = List.of("hours");
  private static final List<String> FAILURES = List.of("failures");
  private static final long MIN = 60_000;

  static final List<Row> ROWS =
      Stream.of(
              row("nothing is in the way", OPEN, NONE, "minHours", 12L, "held", false),
              row("twelve hours ago", OPEN.lastDream(NOW - 12 * HOUR), NONE, "hours", 12.0),
              row(
                  "less than twelve hours ago",
                  OPEN.lastDream(NOW - 12 * HOUR + 1),
                  HOURS,
                  "lastDreamAt",
                  NOW - 12 * HOUR + 1),
              row(
                  "the request's own limit",
                  OPEN.lastDream(NOW - HOUR).asked(body -> body.put("minHours", 0.5)),
                  NONE,
                  "minHours",
                  0.5),
              row("this very moment", OPEN.lastDream(NOW), HOURS, "hours", 0.0),
              row(
                  "a time in the future is no evidence",
                  OPEN.lastDream(NOW + 1),
                  NONE,
                  "ignored",
                  NOW + 1),
              row(
                  "it gives way to the log",
                  OPEN.lastDream(NOW + 1).log(new JsonObject().put("past", NOW - HOUR)),
                  HOURS,
                  "lastDreamAt",
                  NOW - HOUR),
              row(
                  "or to the lock",
                  OPEN.lastDream(NOW + 1).lastCompletedAt(NOW - 2 * HOUR),
                  HOURS,
                  "lastDreamAt",
                  NOW - 2 * HOUR),
              row(
                  "whichever is newer",
                  OPEN.lastDream(NOW + 1)
                      .lastCompletedAt(NOW - 2 * HOUR)
                      .log(new JsonObject().put("past", NOW - HOUR)),
                  HOURS,
                  "lastDreamAt",
                  NOW - HOUR),
              row(
                  "but not to what is in the future itself",
                  OPEN.lastDream(NOW + 1)
                      .lastCompletedAt(NOW + 2)
                      .log(new JsonObject().put("past", NOW + 2)),
                  NONE),
              row(
                  "the lock's clock says nothing otherwise: others use the lock, too",
                  OPEN.lastCompletedAt(NOW - HOUR),
                  NONE),
              row(
                  "a dream that only the log knows",
                  OPEN.lastDream(NOW - 20 * HOUR)
                      .field(State.LAST_DREAM_LOG_ID, "drm-5")
                      .log(new JsonObject().put("over", over("drm-6", NOW - HOUR))),
                  HOURS,
                  "lastDreamAt",
                  NOW - HOUR),
              row(
                  "one that the state knows, and was told to forget the time of",
                  OPEN.field(State.LAST_DREAM_LOG_ID, "drm-6")
                      .log(new JsonObject().put("over", over("drm-6", NOW - HOUR))),
                  NONE),
              row(
                  "one in the future does not hide the state's",
                  OPEN.lastDream(NOW - HOUR)
                      .log(new JsonObject().put("over", over("drm-6", NOW + HOUR))),
                  HOURS,
                  "lastDreamAt",
                  NOW - HOUR,
                  "ignored",
                  NOW + HOUR),
              row(
                  "an id that no clock gives hides nothing",
                  OPEN.field(State.LAST_DREAM_LOG_ID, "drm-9999999999999999")
                      .log(new JsonObject().put("over", over("drm-6", NOW - HOUR))),
                  HOURS),
              row(
                  "the year 0",
                  OPEN.field(State.LAST_DREAM_AT, "0000-01-01T00:00Z"),
                  NONE,
                  "ignored",
                  null),
              row(
                  "too little was written",
                  OPEN.field(State.CURATIONS, 2),
                  List.of("curations"),
                  "curations",
                  2L,
                  "minCurations",
                  3L),
              row(
                  "a queued summary stands in",
                  OPEN.field(State.CURATIONS, 0)
                      .field(State.STALE_PATHS, List.of(Map.of("path", "a.md", "enqueuedAt", 1))),
                  NONE,
                  "queuedSummaries",
                  1),
              row(
                  "the agent is busy",
                  OPEN.asked(body -> body.put("pendingTasks", 2)),
                  List.of("tasks"),
                  "pendingTasks",
                  2L),
              row("held", OPEN.held(holder()), List.of("lock"), "held", true),
              row("held by who asks", OPEN.held(holder()).owned(), NONE, "own", true),
              row("left to run out", OPEN.held(holder().put("expired", true)), NONE),
              row(
                  "a newer file: what it would say is not guessed at",
                  OPEN.found(DecodedState.empty(DecodedState.NEWER, "its version is 2")),
                  List.of("state"),
                  "degraded",
                  "newer",
                  "detail",
                  "its version is 2",
                  "curations",
                  null),
              row(
                  "an unreadable one, with a dream that the log knows",
                  OPEN.found(DecodedState.empty(DecodedState.UNREADABLE, "an I/O error"))
                      .log(new JsonObject().put("over", over("drm-6", NOW - HOUR))),
                  List.of("hours", "state"),
                  "degraded",
                  "unreadable"),
              row(
                  "a corrupt one, salvaged",
                  OPEN.found(
                      StateCodec.decode(
                          new Document(
                              new JsonObject(
                                  "{\"version\": 1, \"curationsSinceDream\": 4, \"totalDreams\":"
                                      + " -1}")))),
                  NONE,
                  "degraded",
                  "corrupt",
                  "curations",
                  4L),
              row(
                  "a corrupt one whose last dream is lost",
                  OPEN.found(
                          StateCodec.decode(
                              new Document(
                                  new JsonObject(
                                      "{\"version\": 1, \"curationsSinceDream\": 4,"
                                          + " \"lastDreamAt\": 5}"))))
                      .lastCompletedAt(NOW - HOUR),
                  HOURS),
              row(
                  "force passes the first three",
                  OPEN.lastDream(NOW)
                      .field(State.CURATIONS, 0)
                      .asked(body -> body.put("pendingTasks", 2).put("force", true)),
                  NONE,
                  "curations",
                  0L),
              row("one failure is none", failed(1, NOW), NONE, "failures", 1),
              row("the second one makes a pause", failed(2, NOW - 1), FAILURES, "pauseMs", 5 * MIN),
              row("which ends", failed(2, NOW - 5 * MIN), NONE, "lastFailedAt", NOW - 5 * MIN),
              row("and doubles", failed(3, NOW - 10 * MIN + 1), FAILURES, "pauseMs", 10 * MIN),
              row("again", failed(8, NOW - 320 * MIN + 1), FAILURES, "pauseMs", 320 * MIN),
              row("up to six hours", failed(9, NOW - 6 * HOUR + 1), FAILURES, "pauseMs", 6 * HOUR),
              row("and no further", failed(1_000, NOW - 6 * HOUR), NONE, "pauseMs", 6 * HOUR),
              row("a failure in the future shuts nothing", failed(5, NOW + 1), NONE, "failures", 5),
              row(
                  "nor does one at no time",
                  OPEN.log(new JsonObject().put("failures", 5)),
                  NONE,
                  "failures",
                  5),
              row(
                  "force passes it",
                  failed(5, NOW).asked(body -> body.put("force", true)),
                  NONE,
                  "lastFailedAt",
                  NOW),
              row(
                  "force does not pass lock and state",
                  OPEN.found(DecodedState.empty(DecodedState.NEWER, "its version is 2"))
                      .held(holder())
                      .asked(body -> body.put("force", true)),
                  List.of("lock", "state")))
          .toList();

  @ParameterizedTest
  @FieldSource("ROWS")
  void judges(Row row) {
    JsonObject reply = row.given().judge();
    List<JsonObject> gates =
        reply.getJsonArray("all").stream().map(JsonObject.class::cast).toList();
    assertEquals(
        List.of("hours", "curations", "tasks", "failures", "lock", "state"),
        gates.stream().map(gate -> gate.getString("gate")).toList());
    List<JsonObject> closed = gates.stream().filter(gate -> !gate.getBoolean("open")).toList();
    assertEquals(row.closed(), closed.stream().map(gate -> gate.getString("gate")).toList());
    assertEquals(closed.isEmpty(), reply.getBoolean("open"));
    JsonObject first = reply.getJsonObject("closed");
    assertEquals(
        closed.isEmpty() ? null : closed.get(0),
        first == null ? null : first.copy().put("open", false));
    JsonObject figures = new JsonObject();
    gates.forEach(gate -> figures.mergeIn(gate.getJsonObject("figures")));
    row.figures()
        .forEach(figure -> assertEquals(figure.getValue(), figures.getValue(figure.getKey())));
    for (JsonObject gate : gates) {
      if (closed.contains(gate)) {
        assertEquals(1, gate.getString("reason").lines().count(), gate::encode);
      } else {
        assertNull(gate.getValue("reason"));
        assertNull(gate.getValue("nextEligibleAt"));
      }
    }
  }
}
