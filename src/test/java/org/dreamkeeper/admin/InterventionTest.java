package org.dreamkeeper.admin;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does to a dream that goes wrong, and to files that are none. */
final class InterventionTest {
  private static final long BEFORE = 1_741_939_242_000L;

  private final Vertx vertx = Vertx.vertx();
  private final FaultyDisk disk = new FaultyDisk();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private Served served;
  private Dreamkeeper keeper;
  private AdminClient admin;
  private Process foreigner;

  @TempDir Path dir;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(dir.resolve("dream.lock"), "");
    Files.setLastModifiedTime(dir.resolve("dream.lock"), FileTime.fromMillis(BEFORE));
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
    keeper = Keepers.client(vertx, "dream", 30_000, time);
    admin = keeper.admin();
  }

  @AfterEach
  void stop() {
    disk.heal();
    if (foreigner != null) {
      foreigner.destroyForcibly();
    }
    served.close();
    await(vertx.close());
  }

  private DreamLock take(String owner) {
    AcquireOptions options = new AcquireOptions().setOwner(owner).setLease(Duration.ofMinutes(1));
    return ((Acquisition.Acquired) await(keeper.lock().acquire(options))).lock();
  }

  private static void refused(FailureCode code, Future<?> future) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(future));
    DreamkeeperException refusal = assertInstanceOf(DreamkeeperException.class, failed.getCause());
    assertEquals(code, refusal.code(), refusal.getMessage());
  }

  @Test
  void aDreamThatIsCancelledAbortsWithTheReason() {
    Promise<DreamRun> begun = Promise.promise();
    RunOptions options = new RunOptions().setForce(true).setLease(Duration.ofMinutes(1));
    Future<RunResult<Void>> result =
        keeper.run(
            options,
            run -> {
              begun.complete(run);
              return Promise.<Void>promise().future();
            });
    DreamRun run = await(begun.future());
    Instant until = await(admin.cancel(run.token(), "the disk is needed"));
    assertTrue(until.isAfter(Instant.ofEpochMilli(time.millis())));
    assertFalse(result.isComplete());
    time.advance(20_000);
    RunResult.Partial<?> partial =
        assertInstanceOf(RunResult.Partial.class, await(result), "the renewal told it");
    assertEquals("the disk is needed", partial.reason());
    assertEquals(DreamStatus.PARTIAL, partial.entry().status());
    assertFalse(await(keeper.lock().status()).held());
    assertTrue(run.ended().isComplete());
  }

  @Test
  void anyLanguageHearsOfItWithEachRenewal() {
    DreamLock lock = take("me");
    String token = Long.toString(lock.token());
    await(admin.cancel(lock.token(), "enough"));
    for (int i = 0; i < 2; i++) {
      JsonObject renewed = served.ask("lock", "renew", null, "token", token);
      assertEquals("enough", renewed.getString("cancel"));
    }
    assertFalse(lock.cancelled().isComplete());
    await(lock.renew());
    assertEquals("enough", await(lock.cancelled()));
    await(lock.release());
    DreamLock next = take("you");
    JsonObject renewed = served.ask("lock", "renew", null, "token", Long.toString(next.token()));
    assertFalse(renewed.containsKey("cancel"), "it was the other dream's");
  }

  @Test
  void aRestartOfTheHostEndsTheDreamThatWasCancelled() {
    DreamLock lock = take("me");
    await(admin.cancel(lock.token(), "enough"));
    served.close();
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
    refused(FailureCode.NOT_HOLDER, lock.renew());
    DreamLock next = take("you");
    await(next.renew());
    assertFalse(next.cancelled().isComplete());
  }

  @Test
  void whoDoesNotHoldTheLockIsNeitherCancelledNorEvicted() {
    refused(FailureCode.NOT_HOLDER, admin.cancel(7, "x"));
    refused(FailureCode.NOT_HOLDER, admin.evict(7, "x"));
    DreamLock lock = take("me");
    refused(FailureCode.NOT_HOLDER, admin.cancel(lock.token() + 1, "x"));
    refused(FailureCode.NOT_HOLDER, admin.evict(lock.token() + 1, "x"));
    refused(FailureCode.NOT_HOLDER, admin.evictForeign(ProcessHandle.current().pid(), "x"));
    await(lock.renew());
    await(lock.release());
    refused(FailureCode.NOT_HOLDER, admin.evict(lock.token(), "x"));
    assertEquals(List.of(), served.events("lock.takenOver"));
  }

  @Test
  void anEvictedDreamIsFencedAndItsLockIsAsBefore() {
    DreamLock lock = take("me");
    String id = await(lock.log().nextId());
    Instant began = Instant.ofEpochMilli(time.millis());
    DreamLogEntry entry = DreamLogEntry.processing(id, began, DreamTrigger.MANUAL);
    await(lock.log().save(entry));
    Eviction eviction = await(admin.evict(lock.token(), "it hangs"));
    assertEquals(new Eviction(false, Optional.of(Instant.ofEpochMilli(BEFORE))), eviction);
    refused(FailureCode.NOT_HOLDER, lock.renew());
    refused(FailureCode.SUPERSEDED, lock.log().save(entry));
    refused(FailureCode.SUPERSEDED, lock.state().incrementCurationCount());
    until(() -> !served.events("lock.takenOver").isEmpty());
    JsonObject event = served.events("lock.takenOver").get(0);
    assertEquals("evicted", event.getString("why"));
    assertEquals("it hangs", event.getString("reason"));
    assertEquals(lock.token(), event.getJsonObject("from").getLong("token"));
    assertFalse(event.getBoolean("completed"));
    assertEquals(
        Optional.of(Instant.ofEpochMilli(BEFORE)), await(keeper.lock().status()).lastCompletedAt());
    until(() -> await(keeper.log().getById(id)).orElseThrow().status() == DreamStatus.ERROR);
    await(take("you").release());
  }

  @Test
  void oneThatHadCompletedCounts() {
    DreamLock lock = take("me");
    String id = await(lock.log().nextId());
    Instant now = Instant.ofEpochMilli(time.millis());
    await(lock.log().save(DreamLogEntry.processing(id, now, DreamTrigger.MANUAL).completed(now)));
    time.advance(30_000);
    Eviction eviction = await(admin.evict(lock.token(), "it forgot the lock"));
    assertEquals(new Eviction(true, Optional.of(now)), eviction);
    assertEquals(Optional.of(id), await(keeper.state().read()).lastDreamLogId());
  }

  @Test
  void whoWaitsInLineIsServedThen() {
    DreamLock lock = take("me");
    Future<Acquisition> waits =
        keeper.lock().acquire(new AcquireOptions().setWait(Duration.ofMinutes(1)));
    until(() -> await(keeper.lock().status()).waiting() == 1);
    await(admin.evict(lock.token(), "it hangs"));
    assertInstanceOf(Acquisition.Acquired.class, await(waits));
  }

  @Test
  void anEvictionThatTheDiskRefusesIsDoneLater() {
    DreamLock lock = take("me");
    disk.fail(Op.RENAME, "Input/output error");
    refused(FailureCode.STORAGE_FAILED, admin.evict(lock.token(), "it hangs"));
    disk.heal();
    refused(FailureCode.NOT_HOLDER, lock.renew());
    time.advance(10_000);
    until(() -> !served.events("lock.takenOver").isEmpty());
    assertEquals("it hangs", served.events("lock.takenOver").get(0).getString("reason"));
    assertFalse(await(keeper.lock().status()).held());
  }

  @Test
  void aForeignProcessIsEvictedByItsPid() throws IOException {
    foreigner = new ProcessBuilder("sleep", "600").start();
    Files.writeString(dir.resolve("dream.lock"), Long.toString(foreigner.pid()));
    refused(FailureCode.NOT_HOLDER, admin.evictForeign(foreigner.pid() + 1, "another"));
    assertTrue(await(keeper.lock().status()).held());
    await(admin.evictForeign(foreigner.pid(), "it hangs"));
    assertFalse(await(keeper.lock().status()).held());
    until(() -> !served.events("lock.takenOver").isEmpty());
    JsonObject event = served.events("lock.takenOver").get(0);
    assertTrue(event.getJsonObject("from").getBoolean("foreign"));
    assertEquals("it hangs", event.getString("reason"));
  }

  @Test
  void aForeignProcessThatHasLeftItIsNamed() throws Exception {
    foreigner = new ProcessBuilder("sleep", "0").start();
    foreigner.waitFor();
    Files.writeString(dir.resolve("dream.lock"), Long.toString(foreigner.pid()));
    Overview.Lock lock = await(admin.overview()).lock();
    assertFalse(lock.status().held());
    assertEquals(foreigner.pid(), lock.left().orElseThrow().pid());
  }

  @Test
  void whatIsNoEntryIsFoundAndSetAside() throws IOException {
    Path log = Files.createDirectories(dir.resolve("dream-log"));
    Files.writeString(log.resolve("drm-5.json"), "torn");
    Files.writeString(log.resolve("drm-6.json.dk1-1.tmp"), "left");
    List<Finding> findings = await(admin.inspect());
    assertEquals(
        List.of(Finding.Kind.ABANDONED, Finding.Kind.UNREADABLE_ENTRY),
        findings.stream().map(Finding::kind).toList());
    assertEquals(Optional.of("drm-5"), findings.get(1).id());
    assertEquals(Optional.of(Finding.Repair.SET_ASIDE), findings.get(1).repair());
    assertEquals(Optional.of(Finding.Repair.REMOVE), findings.get(0).repair());
    assertEquals(1, await(admin.overview()).unreadable());
    String aside = await(admin.setAside("drm-5"));
    assertEquals("torn", Files.readString(dir.resolve(aside)));
    assertEquals(0, await(admin.overview()).unreadable());
    Finding kept = await(admin.inspect()).get(1);
    assertEquals(Finding.Kind.ENTRY_SET_ASIDE, kept.kind());
    assertEquals(aside, kept.place());
    for (String id : List.of("drm-5", "drm-6", "../dream.lock", "x")) {
      refused(FailureCode.INVALID_REQUEST, admin.setAside(id));
    }
  }

  @Test
  void fieldsOfAQuarantinedStateComeBack() throws IOException {
    Path state = dir.resolve("dream-state.json");
    Files.writeString(state, "{\"version\": 1, \"totalDreams\": 4, \"curationsSinceDream\": -1}");
    await(keeper.state().incrementCurationCount());
    await(keeper.state().update(new JsonObject().put("totalDreams", 0)));
    Finding copy = await(admin.inspect()).get(0);
    assertEquals(Finding.Kind.STATE_SET_ASIDE, copy.kind());
    assertEquals(List.of("totalDreams"), copy.fields());
    until(() -> await(admin.overview()).quarantined() == 1);
    await(admin.putBack(copy.place(), copy.fields()));
    assertEquals(4, await(keeper.state().read()).totalDreams());
    assertEquals(1, await(keeper.state().read()).curationsSinceDream());
    assertEquals(List.of(), await(admin.inspect()).get(0).fields());
    until(() -> await(admin.overview()).quarantined() == 0);
    String before = Files.readString(state);
    refused(FailureCode.INVALID_REQUEST, admin.putBack(copy.place(), List.of()));
    refused(FailureCode.INVALID_REQUEST, admin.putBack(copy.place(), List.of("unknown")));
    refused(
        FailureCode.INVALID_REQUEST, admin.putBack(copy.place(), List.of("curationsSinceDream")));
    refused(FailureCode.INVALID_REQUEST, admin.putBack("dream.lock", copy.fields()));
    assertEquals(before, Files.readString(state));
  }

  @Test
  void anOrderWhoseAnswerWasLostIsDoneOnce() {
    DreamLock lock = take("me");
    JsonObject order = new JsonObject().put("token", lock.token()).put("reason", "it hangs");
    JsonObject first = served.ask("admin", "evict", order, "requestId", "one");
    assertEquals(first, served.ask("admin", "evict", order, "requestId", "one"));
    ReplyException other = served.refused("admin", "cancel", order, "requestId", "one");
    assertEquals(400, other.failureCode());
  }

  @Test
  void whatIsOutOfRangeIsRefusedAtOnce() {
    assertThrows(NullPointerException.class, () -> admin.cancel(1, null));
    assertThrows(NullPointerException.class, () -> admin.evict(1, null));
    assertThrows(NullPointerException.class, () -> admin.setAside(null));
    assertThrows(NullPointerException.class, () -> admin.putBack(null, List.of()));
    assertThrows(NullPointerException.class, () -> admin.putBack("x", null));
    assertThrows(IllegalArgumentException.class, () -> admin.cancel(1, "x".repeat(257)));
  }
}
