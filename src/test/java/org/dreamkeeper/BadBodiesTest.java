package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are no JSON object, or one that is too deep, too large, of other types: too many. */
final class BadBodiesTest extends BadInputScenario {
  static final List<Calls.Call> CALLS = Calls.ALL;

  /** What carries fields along that it does not know. */
  private static final List<String> OPEN = List.of("write", "update", "save");

  private static JsonObject valid(Calls.Call call) {
    return call.body() == null ? new JsonObject() : call.body().copy();
  }

  private static JsonObject deepObjects(int depth) {
    JsonObject deep = new JsonObject();
    for (int i = 1; i < depth; i++) {
      deep = new JsonObject().put("x", deep);
    }
    return deep;
  }

  private static JsonObject deepArrays(int depth) {
    JsonArray deep = new JsonArray();
    for (int i = 2; i < depth; i++) {
      deep = new JsonArray().add(deep);
    }
    return new JsonObject().put("x", deep);
  }

  /** A valid request of an open action, with an unknown field that makes the body so deep. */
  private static JsonObject open(String call, int depth) {
    return Calls.of(call).body().copy().put("x", deepObjects(depth).getValue("x"));
  }

  @ParameterizedTest
  @FieldSource("CALLS")
  void aBodyThatIsNoJsonObjectIsRefused(Calls.Call call) {
    List<Object> bodies =
        List.of(
            "text",
            "",
            "{}",
            7,
            7L,
            7.5,
            Double.NaN,
            (byte) 7,
            'x',
            true,
            false,
            new JsonArray(),
            new JsonArray().add(valid(call)),
            Buffer.buffer(),
            Buffer.buffer("{}"),
            new byte[] {123, 125},
            "x\n".repeat(100_000));
    for (Object body : bodies) {
      refuses(FailureCode.INVALID_REQUEST, "the body is ", call, body);
    }
  }

  @ParameterizedTest
  @FieldSource("CALLS")
  void aBodyDeeperThanFiveHundredIsRefused(Calls.Call call) {
    for (int depth : new int[] {501, 502, 1_000}) {
      for (JsonObject body : List.of(deepObjects(depth), deepArrays(depth))) {
        refuses(FailureCode.INVALID_REQUEST, "/x", call, body);
        refuses(FailureCode.INVALID_REQUEST, "nested deeper than 500", call, body);
      }
    }
    for (int depth : new int[] {10_000, 200_000}) {
      Buffer text = Buffer.buffer("{\"x\":".repeat(depth) + "1" + "}".repeat(depth));
      refuses(FailureCode.INVALID_REQUEST, "the body is a buffer", call, text);
    }
  }

  @ParameterizedTest
  @FieldSource("CALLS")
  void oneThatIsNotIsJudgedByItsKeys(Calls.Call call) {
    if (!OPEN.contains(call.action())) {
      for (int depth : new int[] {499, 500}) {
        for (JsonObject deep : List.of(deepObjects(depth), deepArrays(depth))) {
          JsonObject body = valid(call).put("x", deep.getValue("x"));
          refuses(FailureCode.INVALID_REQUEST, "/x: unknown key", call, body);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {499, 500})
  void isKeptWhereUnknownFieldsAre(int depth) {
    for (String action : List.of("state.write", "state.update")) {
      JsonObject body = open(action, depth);
      assertEquals(body, served.ask("state", action.substring(6), body));
      assertEquals(body, served.ask("state", "read", null));
    }
    JsonObject entry = open("log.save", depth);
    served.ask("log", "save", entry);
    assertEquals(entry, served.ask("log", "getById", new JsonObject().put("id", "drm-7")));
    fill(served);
  }

  @ParameterizedTest
  @ValueSource(ints = {501, 1_000})
  void isNotKeptWhereItIsTooDeep(int depth) {
    for (String call : List.of("state.write", "state.update", "log.save")) {
      refuses(FailureCode.INVALID_REQUEST, "/x", Calls.of(call), open(call, depth));
    }
    JsonObject merge = Calls.merge().put("x", deepObjects(depth - 2));
    refuses(
        FailureCode.INVALID_REQUEST,
        "/merges/0/x",
        Calls.of("state.addPendingMerges"),
        new JsonObject().put("merges", Calls.array(merge)));
  }

  /** What a sender in the same JVM can put into a JsonObject, and JSON cannot say. */
  private static List<Object> noJson() {
    return List.of(
        Instant.EPOCH,
        new byte[] {1},
        Buffer.buffer("x"),
        Thread.State.NEW,
        'x',
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Float.NaN,
        new BigDecimal("1e1000000000"),
        new BigDecimal("1e-1000000000"),
        BigInteger.ONE.shiftLeft(100_000),
        new AtomicLong(1));
  }

  @ParameterizedTest
  @FieldSource("CALLS")
  void aValueThatIsNoJsonIsRefused(Calls.Call call) {
    for (Object value : noJson()) {
      JsonObject valid = valid(call);
      refuses(FailureCode.INVALID_REQUEST, "/x:", call, valid.copy().put("x", value));
      JsonArray array = new JsonArray().add(1).add(new JsonObject().put("y", value));
      refuses(FailureCode.INVALID_REQUEST, "/x/1/y:", call, valid.copy().put("x", array));
      for (String field : valid.fieldNames()) {
        JsonObject body = valid.copy().put(field, value);
        refuses(FailureCode.INVALID_REQUEST, "/" + field + ":", call, body);
      }
      // So that it is found beyond what is looked at on the event loop, too.
      JsonArray many = new JsonArray(new ArrayList<>(Collections.nCopies(1_000, 1))).add(value);
      refuses(FailureCode.INVALID_REQUEST, "/x/1000:", call, valid.copy().put("x", many));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"a/b /a~1b:", "a~b /a~0b:", "a\u2028b /a\\u2028b:", "a\u0085b /a\\u0085b:"})
  void theKeyBeforeItIsOnOneLine(String key, String pointer) {
    for (Calls.Call call : Calls.ALL) {
      refuses(FailureCode.INVALID_REQUEST, pointer, call, new JsonObject().put(key, Double.NaN));
    }
  }

  @Test
  void aLongKeyIsCut() {
    for (Calls.Call call : Calls.ALL) {
      JsonObject body = new JsonObject().put("k".repeat(100_000), Double.NaN);
      refuses(FailureCode.INVALID_REQUEST, "/kkk", call, body);
      if (!OPEN.contains(call.action())) {
        body = valid(call).put("a\r\nb".repeat(100_000), 1);
        refuses(FailureCode.INVALID_REQUEST, "/a\\r\\nb", call, body);
      }
    }
  }

  @Test
  void whoWantsNoAnswerHarmsNobody() {
    for (Calls.Call call : Calls.ALL) {
      vertx.eventBus().send("dream." + call.actor(), call.body(), options(call));
      vertx.eventBus().publish("dream." + call.actor(), call.body(), options(call));
      vertx.eventBus().send("dream." + call.actor(), "text", options(call));
      answers(served, call.actor());
    }
    // A grant that nobody can hear of is given back at once.
    until(() -> !served.ask("lock", "status", null).getBoolean("held"));
    served.ask("lock", "rollback", null, "token", token(served));
    fill(served);
  }

  @Test
  void halfASurrogatePairIsNoKey() {
    for (Calls.Call call : Calls.ALL) {
      refuses(FailureCode.INVALID_REQUEST, "surrogate", call, new JsonObject().put("\ud800", "x"));
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefused(@TempDir Path other) {
    Kept there = place.at(vertx, other, "small");
    JsonObject settings = new JsonObject().put("maxMessageBytes", 1_024);
    try (Served small = there.served(vertx, time, settings)) {
      fill(small);
      for (Calls.Call call : Calls.ALL) {
        Map<String, String> before = there.all();
        for (Object value :
            List.of(
                "x".repeat(1_100),
                new JsonArray(Collections.nCopies(1_000, 1)),
                new JsonArray(Collections.nCopies(100_000, "text")),
                new JsonObject().put("k".repeat(1_100), 1))) {
          JsonObject body = new JsonObject().put("x", value);
          String token = call.holding() ? "1" : null;
          ReplyException refusal =
              token == null
                  ? small.refused(call.actor(), call.action(), body)
                  : small.refused(call.actor(), call.action(), body, "token", token);
          assertEquals(
              FailureCode.TOO_LARGE + ": the body is larger than 1024 bytes", refusal.getMessage());
          assertEquals(FailureCode.TOO_LARGE.code(), refusal.failureCode());
        }
        assertEquals(before, there.all());
        answers(small, call.actor());
      }
      JsonObject fits = new JsonObject().put("x", "x".repeat(1_024 - 7));
      assertEquals(fits.getString("x"), small.ask("state", "update", fits).getString("x"));
      JsonObject over = new JsonObject().put("x", "x".repeat(1_024 - 6));
      assertEquals(413, small.refused("state", "update", over).failureCode());
    }
  }

  /** Stands before an operation of the disk until it is let go. */
  private static final class Gate {
    private final CompletableFuture<Void> reached = new CompletableFuture<>();
    private final CompletableFuture<Void> open = new CompletableFuture<>();

    void hold() {
      reached.complete(null);
      open.join();
    }
  }

  @FilesAlone("a hook in the disk")
  @ParameterizedTest
  @CsvSource({
    "state.incrementCurationCount, CREATE",
    "log.save, CREATE",
    "lock.tryAcquire, SET_MODIFIED"
  })
  void moreThanMaxPendingAtOnceAreTurnedAway(String name, FaultyDisk.Op op, @TempDir Path other)
      throws Exception {
    Calls.Call call = Calls.of(name);
    FaultyDisk disk = new FaultyDisk();
    JsonObject config = Served.config(other).put("address", "busy").put("maxPending", 5);
    Gate gate = new Gate();
    try (Served busy = Served.at(vertx, time, disk.machine(), config)) {
      disk.on(op, file -> gate.hold());
      List<Future<Message<JsonObject>>> all = new ArrayList<>();
      all.add(busy.send(call.actor(), call.action(), call.body()));
      gate.reached.get(30, TimeUnit.SECONDS);
      for (int i = 1; i < 200; i++) {
        all.add(busy.send(call.actor(), call.action(), call.body()));
      }
      // The refusals come while the disk is still silent: those who are let in are four more.
      for (Future<Message<JsonObject>> refused : all.subList(5, 200)) {
        ReplyException busyNow =
            (ReplyException) await(refused.transform(end -> Future.succeededFuture(end.cause())));
        assertEquals(FailureCode.BUSY.code(), busyNow.failureCode());
        assertTrue(busyNow.getMessage().startsWith("BUSY: busy." + call.actor()));
      }
      all.subList(0, 5).forEach(accepted -> assertTrue(!accepted.isComplete()));
      disk.heal();
      gate.open.complete(null);
      all.subList(0, 5).forEach(Served::await);
      answers(busy, call.actor());
      switch (call.actor()) {
        case "state" ->
            assertEquals(5, busy.ask("state", "read", null).getInteger("curationsSinceDream"));
        case "log" ->
            assertEquals(
                call.body(), busy.ask("log", "getById", new JsonObject().put("id", "drm-7")));
        default -> {
          assertTrue(all.get(0).result().body().getBoolean("acquired"));
          assertNull(all.get(4).result().body().getLong("token"));
        }
      }
    } finally {
      gate.open.complete(null);
    }
  }
}
