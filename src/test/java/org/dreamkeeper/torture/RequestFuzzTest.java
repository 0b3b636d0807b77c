package org.dreamkeeper.torture;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests made from valid ones of every action, by mutation of body, headers and address: each is
 * answered, in a code of the contract and one line; a refused one changes no file; no actor dies,
 * no event loop is blocked, and nothing piles up in the heap.
 */
final class RequestFuzzTest {
  private static final int MAX_BYTES = 64 << 10;
  private static final int TIDY_EVERY = 200;
  private static final long MAX_GROWTH = 24 << 20;

  private final Seed seed = new Seed();
  private final Random random = seed.random();
  private final RequestMutator mutator = new RequestMutator(random, 2 * MAX_BYTES);
  private final Map<FailureCode, Integer> refusals = new EnumMap<>(FailureCode.class);
  private final Vertx vertx = BlockedLoops.watched();

  @TempDir Path dir;
  private Served served;
  private Snapshot snapshot;
  private String token;
  private int replies;
  private long slowestNanos;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void everyRequestIsAnsweredAndARefusedOneChangesNothing() throws Exception {
    int requests = Rounds.of(5_000, 100_000);
    JsonObject config =
        Served.config(dir).put("durability", "os").put("maxMessageBytes", MAX_BYTES);
    served = Served.at(vertx, new ManualTime(System.currentTimeMillis()), Machine.REAL, config);
    long before = 0;
    try (BlockedLoops blocked = new BlockedLoops()) {
      for (int i = 0; i < requests; i++) {
        if (i % TIDY_EVERY == 0) {
          tidy();
        }
        if (i == requests / 10) {
          before = Heap.used();
        }
        shoot(mutator.next(token));
      }
      tidy();
      assertEquals(List.of(), blocked.warnings());
    } catch (Throwable failure) {
      System.out.println("[torture] fuzz failed, repeat it with " + seed);
      throw failure;
    }
    long growth = Heap.used() - before;
    Rounds.report(
        requests
            + " mutated requests answered: "
            + replies
            + " replies, "
            + refusals
            + ", slowest "
            + slowestNanos / 1_000_000
            + " ms, heap "
            + (growth >> 10)
            + " KB more after than before, "
            + seed);
    assertTrue(growth < MAX_GROWTH, growth + " bytes more");
    assertTrue(Rounds.of(0, 1) == 0 || slowestNanos < TimeUnit.SECONDS.toNanos(1), "slow");
  }

  /** Takes back what was accepted, which shows that each actor lives. */
  private void tidy() throws IOException {
    served.events().clear();
    served.ask("state", "write", Calls.state());
    served.ask("log", "save", Calls.entry("completed", Calls.consolidate()));
    if (token != null) {
      served.ask("lock", "rollback", null, "token", token);
      token = null;
    }
    look();
  }

  /**
   * The files say what the service says. What the log does of its own accord comes before a list;
   * so nothing changes behind our back.
   */
  private void look() throws IOException {
    JsonObject list = served.ask("log", "list", new JsonObject().put("limit", 1));
    assertEquals(0, list.getInteger("unreadable"));
    byte[] file = Files.readAllBytes(dir.resolve("dream-state.json"));
    JsonObject stored = JsonText.parseObject(file).orElseThrow();
    JsonObject read = served.ask("state", "read", null);
    for (String key : stored.fieldNames()) {
      assertEquals(plain(stored.getValue(key)), plain(read.getValue(key)), key);
    }
    snapshot = Snapshot.of(dir);
  }

  /** Makes numbers what JavaScript takes them for. */
  private static Object plain(Object value) {
    if (value instanceof JsonObject object) {
      Map<String, Object> all = new HashMap<>();
      object.forEach(each -> all.put(each.getKey(), plain(each.getValue())));
      return all;
    }
    if (value instanceof JsonArray array) {
      return array.stream().map(RequestFuzzTest::plain).toList();
    }
    return value instanceof Number number ? (Object) number.doubleValue() : value;
  }

  private void shoot(RequestMutator.Shot shot) throws IOException {
    DeliveryOptions options = new DeliveryOptions().setHeaders(shot.headers());
    long begin = System.nanoTime();
    Future<Message<Object>> sent;
    try {
      sent = vertx.eventBus().request("dream." + shot.actor(), shot.body(), options);
    } catch (RuntimeException bus) {
      fail("the bus itself refuses " + shot, bus);
      return;
    }
    if (token != null && shot.mayWait()) {
      // Who waits in line is answered when the lock is free.
      served.ask("lock", "release", null, "token", token);
      token = null;
    }
    try {
      Message<Object> reply = await(sent);
      replies++;
      note(shot, reply.body());
      look();
    } catch (Served.Failed failed) {
      check(shot, failed.getCause());
    } catch (AssertionError unanswered) {
      fail("no answer to " + shot, unanswered);
    }
    slowestNanos = Math.max(slowestNanos, System.nanoTime() - begin);
  }

  private void note(RequestMutator.Shot shot, Object reply) {
    if (reply instanceof JsonObject grant && Boolean.TRUE.equals(grant.getValue("acquired"))) {
      // A repeated requestId is answered with its first grant, which may have ended since.
      long granted = grant.getLong("token");
      boolean held = served.ask("lock", "status", null).getBoolean("held");
      if (held && (token == null || granted > Long.parseLong(token))) {
        token = Long.toString(granted);
      }
    } else if (shot.mayEnd(token)) {
      token = null;
    }
  }

  private void check(RequestMutator.Shot shot, Throwable failure) throws IOException {
    ReplyException refusal = (ReplyException) failure;
    FailureCode code = FailureCode.of(refusal.failureCode());
    String message = refusal.getMessage();
    assertNotNull(code, () -> shot + " got " + refusal.failureType() + " " + message);
    assertTrue(code != FailureCode.INTERNAL && code != FailureCode.STORAGE_FAILED, message);
    assertTrue(message.startsWith(code + ": ") && message.length() < 1_000, message);
    assertFalse(message.lines().skip(1).findAny().isPresent(), message);
    refusals.merge(code, 1, Integer::sum);
    Snapshot now = Snapshot.of(dir);
    if (shot.mayWait()) {
      // The lock was given back meanwhile.
      snapshot = now;
      return;
    }
    assertEquals(snapshot, now, () -> shot + " was refused: " + message);
  }
}
