package org.dreamkeeper.lock.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.lock.impl.LockRules.Ask;
import org.dreamkeeper.lock.impl.LockRules.Ask.Acquire;
import org.dreamkeeper.lock.impl.LockRules.Ask.Release;
import org.dreamkeeper.lock.impl.LockRules.Ask.Renew;
import org.dreamkeeper.lock.impl.LockRules.Ask.Rollback;
import org.dreamkeeper.lock.impl.LockRules.Decision;
import org.dreamkeeper.lock.impl.LockRules.Decision.End;
import org.dreamkeeper.lock.impl.LockRules.Decision.EndFirst;
import org.dreamkeeper.lock.impl.LockRules.Decision.Fail;
import org.dreamkeeper.lock.impl.LockRules.Decision.Grant;
import org.dreamkeeper.lock.impl.LockRules.Decision.Prolong;
import org.dreamkeeper.lock.impl.LockRules.Decision.Refuse;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who has the lock, what we granted, what is asked: what is to be done, at one moment. */
final class LockRulesTest {
  private static final Moment NOW = new Moment(50_000, -1_000_000_000L);
  private static final Instant PRIOR = Instant.parse("2026-11-03T02:00:52.123456789Z");

  private static final LockRecord OURS =
      new LockRecord(1, 7, "i", "me", 40_000, 60_000, 20_000, PRIOR, null);
  private static final LockRecord NO_PRIOR =
      new LockRecord(1, 7, "i", null, 40_000, 60_000, 20_000, null, null);

  private static final Lease NONE = null;
  private static final Lease RUNS = lease(OURS, 1);
  private static final Lease EXPIRED = lease(OURS, 0);
  private static final Lease UNUSED = new Lease(OURS, NOW.nanos() + 1, "node", null, null);
  private static final Lease ABANDONED = RUNS.abandoned("unheard");

  private static final LockView FREE = new Free(PRIOR);
  private static final LockView UNKNOWN = new Free(null);
  private static final LockView HELD = new Held(OURS);
  private static final LockView ALIVE = new Foreign(5, PRIOR, null, PRIOR);
  private static final LockView DEAD = new Foreign(5, PRIOR, "dead", PRIOR);
  private static final LockView STALE = new Foreign(5, PRIOR, "stale", null);

  private static final Ask ACQUIRE = new Acquire("you", 30_000, null);

  private static Lease lease(LockRecord record, long leftNanos) {
    return new Lease(record, NOW.nanos() + leftNanos, null, null, null);
  }

  private static Lease prolonged(long leaseMs) {
    LockRecord next = OURS.renewed(NOW.millis() + leaseMs, leaseMs);
    return new Lease(next, NOW.nanos() + leaseMs * 1_000_000, null, null, null);
  }

  private static Decision end(Instant at, JsonObject reply, String event, JsonObject details) {
    return new End(new Free(at), reply, event, details);
  }

  private static Decision released(long at) {
    JsonObject completed = new JsonObject().put("completedAt", at);
    return end(Instant.ofEpochMilli(at), completed, "lock.released", completed);
  }

  private static Decision undone(Instant at, long ms) {
    JsonObject details = new JsonObject().put("mtime", ms).put("why", "undone");
    return end(at, new JsonObject().put("completedAt", ms), "lock.rolledBack", details);
  }

  private static Decision rolledBack(Instant at, long ms) {
    JsonObject mtime = new JsonObject().put("mtime", ms);
    return end(at, mtime, "lock.rolledBack", mtime);
  }

  static List<Arguments> cases() {
    long prior = PRIOR.toEpochMilli();
    return List.of(
        // Whoever asks for the lock.
        arguments(FREE, NONE, ACQUIRE, new Grant(PRIOR, null)),
        arguments(UNKNOWN, NONE, ACQUIRE, new Grant(null, null)),
        arguments(ALIVE, NONE, ACQUIRE, new Refuse()),
        arguments(DEAD, NONE, ACQUIRE, new Grant(PRIOR, (Foreign) DEAD)),
        arguments(STALE, NONE, ACQUIRE, new Grant(null, (Foreign) STALE)),
        arguments(HELD, NONE, ACQUIRE, new EndFirst(OURS, "dead")),
        arguments(HELD, RUNS, ACQUIRE, new Refuse()),
        arguments(HELD, UNUSED, ACQUIRE, new Refuse()),
        arguments(HELD, EXPIRED, ACQUIRE, new EndFirst(OURS, "expired")),
        arguments(HELD, lease(OURS, -9), ACQUIRE, new EndFirst(OURS, "expired")),
        arguments(HELD, ABANDONED, ACQUIRE, new EndFirst(OURS, "unheard")),
        arguments(HELD, EXPIRED.abandoned("stopped"), ACQUIRE, new EndFirst(OURS, "stopped")),
        // Its holder, also where the lease ran out, and nobody has asked.
        arguments(HELD, RUNS, new Renew(7, null), new Prolong(prolonged(20_000))),
        arguments(HELD, RUNS, new Renew(7, 1_000L), new Prolong(prolonged(1_000))),
        arguments(HELD, EXPIRED, new Renew(7, 1_000L), new Prolong(prolonged(1_000))),
        arguments(HELD, UNUSED, new Renew(7, 1_000L), new Prolong(prolonged(1_000))),
        arguments(HELD, RUNS, new Release(7, null), released(50_000)),
        arguments(HELD, EXPIRED, new Release(7, null), released(50_000)),
        arguments(
            HELD, RUNS, new Release(7, 49_000L), undone(Instant.ofEpochMilli(49_000), 49_000)),
        arguments(
            HELD, RUNS, new Release(7, 50_000L), undone(Instant.ofEpochMilli(50_000), 50_000)),
        arguments(HELD, RUNS, new Release(7, 0L), undone(null, 0)),
        arguments(
            HELD,
            RUNS,
            new Release(7, 50_001L),
            "INVALID_REQUEST: /completedAt: 50001 is in the future, expected at most 50000"),
        arguments(HELD, RUNS, new Rollback(7), rolledBack(PRIOR, prior)),
        arguments(HELD, EXPIRED, new Rollback(7), rolledBack(PRIOR, prior)),
        arguments(new Held(NO_PRIOR), lease(NO_PRIOR, 1), new Rollback(7), rolledBack(null, 0)),
        // Whoever is not its holder, or not any longer.
        arguments(HELD, RUNS, new Renew(8, null), notHolder(8)),
        arguments(HELD, RUNS, new Release(6, null), notHolder(6)),
        arguments(HELD, RUNS, new Release(6, 50_001L), notHolder(6)),
        arguments(HELD, RUNS, new Rollback(0), notHolder(0)),
        arguments(HELD, ABANDONED, new Renew(7, null), notHolder(7)),
        arguments(HELD, ABANDONED, new Release(7, null), notHolder(7)),
        arguments(HELD, NONE, new Rollback(7), notHolder(7)),
        arguments(FREE, NONE, new Renew(7, null), notHolder(7)),
        arguments(ALIVE, NONE, new Release(7, null), notHolder(7)));
  }

  private static String notHolder(long token) {
    return "NOT_HOLDER: token " + token + " is not the holder's";
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isDecided(LockView view, Lease lease, Ask ask, Object expected) {
    Decision decision = LockRules.decide(view, lease, ask, NOW);
    assertEquals(expected, decision instanceof Fail fail ? fail.refusal().getMessage() : decision);
  }
}
