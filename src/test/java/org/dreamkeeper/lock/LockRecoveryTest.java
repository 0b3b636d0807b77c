package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends that nobody asked for: a host that stopped, or died, while the lock was held. */
final class LockRecoveryTest extends LockScenario {
  private static final Instant PRIOR = Instant.parse("2026-11-03T02:00:52.123456789Z");

  @BeforeEach
  void prior() {
    write("", PRIOR);
  }

  /** Stops the host, then puts the lock and the entry back as a crash would have left them. */
  private void crash(String id) throws IOException {
    String lock = content();
    Instant sign = modified();
    byte[] entry = Files.readAllBytes(dir.resolve("dream-log/" + id + ".json"));
    byte[] state =
        Files.exists(dir.resolve("dream-state.json"))
            ? Files.readAllBytes(dir.resolve("dream-state.json"))
            : null;
    served.close();
    write(lock, sign);
    Files.write(dir.resolve("dream-log/" + id + ".json"), entry);
    if (state == null) {
      Files.deleteIfExists(dir.resolve("dream-state.json"));
    } else {
      Files.write(dir.resolve("dream-state.json"), state);
    }
  }

  @Test
  void aCrashedDreamIsInterruptedAndRolledBack() throws IOException {
    serve();
    String id = open(token());
    served.ask("state", "incrementCurationCount", new JsonObject().put("by", 3));
    crash(id);
    serve();
    assertEquals("", content());
    assertEquals(PRIOR, modified());
    assertEquals("dead", served.events("lock.takenOver").get(0).getString("why"));
    assertTrue(logged(id).getString("error").startsWith("Interrupted"));
    JsonObject state = served.ask("state", "read", null);
    assertEquals(0, state.getInteger("totalDreams"));
    assertEquals(3, state.getInteger("curationsSinceDream"));
    assertFalse(acquire().containsKey("reclaimed"));
  }

  @Test
  void aCrashedDreamThatWasCompletedCounts() throws IOException {
    serve();
    String token = token();
    String id = open(token);
    time.advance(5_000);
    served.ask("log", "save", entry(id, "completed"), "token", token);
    long completedAt = time.millis();
    crash(id);
    time.advance(60_000);
    serve();
    assertEquals("", content());
    assertEquals(Instant.ofEpochMilli(completedAt), modified());
    JsonObject state = served.ask("state", "read", null);
    assertEquals(1, state.getInteger("totalDreams"));
    assertEquals(id, state.getString("lastDreamLogId"));
    assertEquals("completed", logged(id).getString("status"));
    served.close();
    serve();
    assertEquals(1, served.ask("state", "read", null).getInteger("totalDreams"), "once");
  }

  @Test
  void aCleanStopRollsAnOpenDreamBack() {
    serve();
    String id = open(token());
    served.close();
    assertEquals("", content());
    assertEquals(PRIOR, modified());
    assertEquals("stopped", served.events("lock.rolledBack").get(0).getString("why"));
    serve();
    assertTrue(logged(id).getString("error").startsWith("Interrupted"));
  }

  @Test
  void aCleanStopFinishesACompletedDream() {
    serve();
    String token = token();
    String id = open(token);
    served.ask("log", "save", entry(id, "completed"), "token", token);
    long completedAt = time.millis();
    time.advance(5_000);
    served.close();
    assertEquals(Instant.ofEpochMilli(completedAt), modified());
    serve();
    assertEquals(id, served.ask("state", "read", null).getString("lastDreamLogId"));
  }

  @Test
  void aFreeLockThatLostItsStampTakesTheNewestCompletion() throws IOException {
    serve();
    String token = token();
    String id = open(token);
    time.advance(5_000);
    served.ask("log", "save", entry(id, "completed"), "token", token);
    long completedAt = time.millis();
    served.ask("lock", "release", null, "token", token);
    served.close();
    // A power cut: the lock file is not synced.
    write("", PRIOR);
    serve();
    assertEquals(completedAt, status().getLong("lastCompletedAt"));
    served.close();
    Files.delete(file());
    serve();
    assertEquals(Instant.ofEpochMilli(completedAt), modified());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'token':9007199254740993",
        "'token':1e300",
        "'token':0",
        "'token':-7",
        "'acquiredAt':1e300",
        "'acquiredAt':-1",
        "'acquiredAt':9223372036854775807",
        "'expiresAt':1e300",
        "'expiresAt':4070908800000",
        "'leaseMs':-1",
        "'leaseMs':1e300",
        "'prior':'x'",
        "'prior':'+1000000000-12-31T23:59:59.999999999Z'",
        "'prior':'-1000000000-01-01T00:00:00Z'",
        "'prior':'+292278995-01-01T00:00:00Z'",
        "'prior':'1600-01-01T00:00:00Z'"
      })
  void aRecordWithWhatCannotBeHoldsNothingAndStopsNothing(String odd) {
    JsonObject record =
        new JsonObject()
            .put("token", 7)
            .put("instance", "x")
            .put("acquiredAt", 5)
            .put("expiresAt", 5)
            .put("leaseMs", 1_000)
            .put("prior", PRIOR.toString())
            .mergeIn(new JsonObject("{" + odd.replace('\'', '"') + "}"));
    // The PID of a process that lives: it is the claim that says that the record's host is dead.
    write(foreigner().pid() + " " + record.encode() + "\n", now());
    serve();
    assertEquals("dead", served.events("lock.takenOver").get(0).getString("why"));
    long prior = odd.contains("prior") ? 0 : PRIOR.toEpochMilli();
    assertEquals(prior, status().getLong("lastCompletedAt"));
    JsonObject grant = acquire();
    assertEquals(prior, grant.getLong("priorMtime"));
    served.ask("lock", "rollback", null, "token", grant.getLong("token").toString());
    assertEquals(odd.contains("prior"), !Files.exists(file()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.795e15, 4_102_444_800_000d, 253_402_300_800_000d, 1e18, 1e300})
  void aCompletionInTheFutureNeverBecomesTheLocksClock(double completedAt) throws IOException {
    serve();
    String token = token();
    String id = open(token);
    served.ask("log", "save", entry(id, "completed"), "token", token);
    Path file = dir.resolve("dream-log/" + id + ".json");
    JsonObject entry = new JsonObject(Files.readString(file)).put("completedAt", completedAt);
    Files.writeString(file, entry.encode());
    crash(id);
    time.advance(60_000);
    serve();
    assertEquals(now(), modified(), "it has completed, and not later than now");
    assertEquals(id, served.ask("state", "read", null).getString("lastDreamLogId"), "it counts");
    served.close();
    write("", PRIOR);
    serve();
    assertEquals(PRIOR.toEpochMilli(), status().getLong("lastCompletedAt"), "nor at the start");
  }

  @Test
  void aForeignCompletionThatIsLaterStands() {
    serve();
    String token = token();
    String id = open(token);
    served.ask("log", "save", entry(id, "completed"), "token", token);
    served.ask("lock", "release", null, "token", token);
    served.close();
    Instant later = now().plusSeconds(100);
    write("", later);
    serve();
    assertEquals(later, modified());
  }

  /**
   * Crashes after a completed dream, and lets a directory stand in the lock's place at the start.
   */
  private String startOverUnreadable() throws IOException {
    serve();
    String token = token();
    String id = open(token);
    served.ask("log", "save", entry(id, "completed"), "token", token);
    crash(id);
    Files.move(file(), dir.resolve("lock"));
    Files.createDirectory(file());
    serve();
    return id;
  }

  private void makeReadable() throws IOException {
    Files.delete(file());
    Files.move(dir.resolve("lock"), file());
  }

  @Test
  void aLockThatCannotBeReadRefusesRequestsUntilItCan() throws IOException {
    String id = startOverUnreadable();
    assertEquals("completed", logged(id).getString("status"), "the rest is served");
    for (String action : List.of("tryAcquire", "status")) {
      ReplyException refusal = served.refused("lock", action, null);
      assertEquals("STORAGE_FAILED: dream.lock: is not a regular file", refusal.getMessage());
    }
    makeReadable();
    assertFalse(acquire().containsKey("reclaimed"), "the dead holder was ended before");
    assertEquals(id, served.ask("state", "read", null).getString("lastDreamLogId"));
    assertEquals("dead", served.events("lock.takenOver").get(0).getString("why"));
  }

  @Test
  void aLockThatCannotBeReadIsPutInOrderAsSoonAsItCan() throws IOException {
    startOverUnreadable();
    makeReadable();
    time.advance(10_000);
    until(() -> content().isEmpty());
    assertEquals(1, served.ask("state", "read", null).getInteger("totalDreams"));
  }
}
