package org.dreamkeeper.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
    assertEquals(0, served.ask("state", "read", null).getInteger("totalDreams"));
    makeReadable();
    time.advance(10_000);
    until(() -> served.ask("state", "read", null).getInteger("totalDreams") == 1);
    until(() -> content().isEmpty());
  }
}
