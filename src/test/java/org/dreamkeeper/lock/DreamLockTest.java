package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.Acquisition.Refused;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamTrigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an acquisition gives: the lock, as its holder has it in hand. */
final class DreamLockTest {
  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(1_700_000_000_000L);
  @TempDir Path dir;
  private Served served;
  private Dreamkeeper keeper;

  @BeforeEach
  void serve() {
    served = Served.at(vertx, dir, time);
    keeper = Keepers.client(vertx, "dream", 30_000, time);
  }

  @AfterEach
  void close() {
    served.close();
    await(vertx.close());
  }

  private DreamLock take(Duration lease) {
    return Locks.take(keeper.lock(), Locks.as("me").setLease(lease));
  }

  private Instant in(long ms) {
    return Instant.ofEpochMilli(time.millis() + ms);
  }

  private static FailureCode code(Future<?> refused) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(refused));
    return ((DreamkeeperException) failed.getCause()).code();
  }

  @Test
  void itsLifeAndWhatItTells() {
    DreamLock lock = take(Duration.ofSeconds(10));
    assertEquals(in(0), lock.acquiredAt());
    assertEquals(in(10_000), lock.expiresAt());
    assertEquals(Optional.empty(), lock.lastCompletedAt());
    assertEquals(Optional.empty(), lock.reclaimed());
    time.advance(5_000);
    assertEquals(in(10_000), await(lock.renew()));
    assertEquals(in(10_000), lock.expiresAt());
    assertEquals(in(60_000), await(lock.renew(Duration.ofMinutes(1))));
    assertEquals(in(60_000), lock.expiresAt());
    assertEquals(in(0), await(lock.release()));
    assertEquals(in(0), await(lock.release()), "repeated");
    DreamLock next = take(Duration.ofSeconds(10));
    assertTrue(next.token() > lock.token());
    assertEquals(Optional.of(in(0)), next.lastCompletedAt());
    assertEquals(Optional.of(in(0)), await(next.rollback()));
    assertFalse(lock.lost().isComplete() || next.lost().isComplete());
  }

  @Test
  void whoeverElseAsksIsToldOfTheHolder() {
    DreamLock lock = take(Duration.ofSeconds(10));
    Refused refused = (Refused) await(keeper.lock().acquire(new AcquireOptions()));
    assertEquals(Optional.of("me"), refused.holder().owner());
    assertEquals(lock.expiresAt(), refused.holder().expiresAt());
    assertEquals(0, refused.waiting());
    assertEquals("no", ((Acquisition) refused).<String>fold(ours -> "yes", held -> "no"));
    assertTrue(await(keeper.lock().status()).held());
  }

  @Test
  void whatIsWrittenUnderItIsRefusedOnceItIsLost() {
    DreamLock lock = take(Duration.ofSeconds(10));
    await(lock.state().incrementCurationCount());
    String id = await(lock.log().nextId());
    DreamLogEntry entry =
        DreamLogEntry.processing(id, Instant.ofEpochMilli(time.millis()), DreamTrigger.MANUAL);
    await(lock.log().save(entry));
    assertEquals(
        Optional.of(lock.token()), await(keeper.log().getById(id)).orElseThrow().lockToken());
    time.advance(10_000);
    DreamLock next = take(Duration.ofSeconds(10));
    Reclaimed out = next.reclaimed().orElseThrow();
    assertEquals(Reclaimed.Why.EXPIRED, out.why());
    assertEquals(Optional.of(lock.token()), out.token());
    assertEquals(Optional.of("me"), out.owner());
    assertFalse(lock.lost().isComplete(), "it has not asked");
    assertEquals(FailureCode.SUPERSEDED, code(lock.log().save(entry)));
    assertEquals(FailureCode.SUPERSEDED, code(lock.state().incrementCurationCount()));
    assertTrue(await(lock.lost()).startsWith("SUPERSEDED: "));
    assertEquals(1, await(keeper.state().read()).curationsSinceDream());
  }

  @Test
  void aRenewalAndAWriteOfTheStateNoticeALossAndAnEndDoesNot() {
    DreamLock first = take(Duration.ofSeconds(1));
    time.advance(1_000);
    DreamLock second = take(Duration.ofSeconds(1));
    assertEquals(FailureCode.NOT_HOLDER, code(first.renew()));
    assertTrue(await(first.lost()).startsWith("NOT_HOLDER: "));
    time.advance(1_000);
    DreamLock third = take(Duration.ofSeconds(1));
    assertEquals(FailureCode.SUPERSEDED, code(second.state().update(new JsonObject())));
    assertTrue(await(second.lost()).startsWith("SUPERSEDED: "));
    await(third.rollback());
    assertEquals(FailureCode.NOT_HOLDER, code(third.renew()));
    assertEquals(FailureCode.SUPERSEDED, code(third.state().drainStaleSummaryPaths()));
    assertFalse(third.lost().isComplete());
  }

  @Test
  void optionsAreDataAndRefuseWhatIsOutOfRange() {
    AcquireOptions options =
        new AcquireOptions()
            .setOwner("me")
            .setLease(Duration.ofSeconds(2))
            .setWait(Duration.ofHours(24));
    JsonObject json =
        new JsonObject().put("owner", "me").put("leaseMs", 2_000).put("waitMs", 86_400_000);
    assertEquals(json, options.toJson());
    assertEquals(json, new AcquireOptions(json).toJson());
    assertEquals(json, new AcquireOptions(options).toJson());
    assertEquals(new JsonObject().put("waitMs", 0), new AcquireOptions().toJson());
    for (Duration wrong : List.of(Duration.ofMillis(999), Duration.ofDays(2))) {
      wrong("lease is " + wrong + ", expected PT1S to PT24H", () -> options.setLease(wrong));
    }
    wrong("wait is PT-1S, expected PT0S to PT24H", () -> options.setWait(Duration.ofSeconds(-1)));
    wrong(
        "owner is \"" + "x".repeat(60) + "\"…, expected at most 256 characters",
        () -> options.setOwner("x".repeat(257)));
    wrong(
        "leaseMs is 1, expected an integer from 1000 to 86400000",
        () -> new AcquireOptions(new JsonObject().put("leaseMs", 1)));
    wrong(
        "leasMs is no setting, did you mean leaseMs?",
        () -> new AcquireOptions(new JsonObject().put("leasMs", 1)));
  }

  private static void wrong(String expected, org.junit.jupiter.api.function.Executable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
