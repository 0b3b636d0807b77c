package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What foreign processes do to the file of a held lock. */
final class OverwrittenTest extends LockScenario {

  @ParameterizedTest
  @ValueSource(strings = {"renew", "release", "rollback", "status", "check"})
  void aForeignPidMeansThatTheLockIsLost(String how) {
    serve();
    String token = token();
    String id = open(token);
    Process foreigner = foreigner();
    seize(foreigner);
    Instant seized = modified();
    switch (how) {
      case "status" -> assertTrue(status().getJsonObject("holder").getBoolean("foreign"));
      case "check" -> time.advance(10_000);
      default -> assertEquals(409, served.refused("lock", how, null, "token", token).failureCode());
    }
    until(() -> served.events("lock.lost").size() == 1);
    assertEquals(foreigner.pid(), served.events("lock.lost").get(0).getLong("pid"));
    assertEquals(Long.toString(foreigner.pid()), content());
    assertEquals(seized, modified());
    assertEquals(
        410,
        served
            .refused("state", "incrementCurationCount", new JsonObject(), "token", token)
            .failureCode());
    assertEquals(409, served.refused("lock", "renew", null, "token", token).failureCode());
    assertTrue(logged(id).getString("error").startsWith("Interrupted"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%d", " %d\n", "+0%d"})
  void digitsAloneAreAForeignRecordWhateverPidTheyAre(String content) {
    serve();
    String token = token();
    long pid = ProcessHandle.current().pid();
    String foreign = String.format(content, pid);
    write(foreign, Instant.now());
    assertEquals(409, served.refused("lock", "renew", null, "token", token).failureCode());
    until(() -> served.events("lock.lost").size() == 1);
    assertEquals(pid, served.events("lock.lost").get(0).getLong("pid"));
    assertEquals(foreign, content());
  }

  @Test
  void anOlderRecordThatWasPutBackMeansThatTheLockIsLost() {
    serve();
    String first = token();
    String older = content();
    served.ask("lock", "release", null, "token", first);
    String token = token();
    write(older, Instant.now());
    assertEquals(409, served.refused("lock", "renew", null, "token", token).failureCode());
    until(() -> served.events("lock.lost").size() == 1);
    JsonObject lost = served.events("lock.lost").get(0);
    assertEquals(Long.valueOf(token), lost.getLong("token"));
    assertEquals(ProcessHandle.current().pid(), lost.getLong("pid"));
    assertTrue(acquire().getBoolean("acquired"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deleted", "emptied", "torn"})
  void aDamagedRecordIsWrittenBack(String how) throws IOException {
    serve();
    String token = token();
    String record = content();
    switch (how) {
      case "deleted" -> Files.delete(file());
      case "emptied" -> write("", Instant.now());
      default -> write(record.substring(0, record.length() / 2), Instant.now());
    }
    assertTrue(status().getBoolean("held"));
    assertEquals(record, content());
    served.ask("lock", "release", null, "token", token);
    assertEquals("", content());
  }

  @Test
  void whatIsWrittenBackRollsBackToTheFirstMtime() {
    Instant prior = Instant.parse("2026-11-03T02:00:52.123456789Z");
    write("", prior);
    serve();
    String token = token();
    write("", Instant.now());
    time.advance(10_000);
    until(() -> content().contains(token));
    served.ask("lock", "rollback", null, "token", token);
    assertEquals(prior, modified());
  }

  @Test
  void settlingLooksAgainBeforeItGrants() {
    Process foreigner = foreigner();
    serve(new JsonObject().put("settleMs", 50));
    Future<Message<JsonObject>> asked = served.send("lock", "tryAcquire", new JsonObject());
    until(() -> time.firesWithin(50));
    seize(foreigner);
    time.leap(50);
    JsonObject refused = await(asked).body();
    assertFalse(refused.getBoolean("acquired"));
    assertEquals(foreigner.pid(), refused.getJsonObject("holder").getLong("pid"));
    assertEquals(Long.toString(foreigner.pid()), content());
  }

  @Test
  void whatCannotBeLookedAtAgainIsNotGranted() {
    FaultyDisk disk = new FaultyDisk();
    serve(new JsonObject().put("settleMs", 50), disk.machine());
    Future<Message<JsonObject>> asked = served.send("lock", "tryAcquire", new JsonObject());
    until(() -> time.firesWithin(50));
    AtomicBoolean once = new AtomicBoolean();
    disk.on(
        Op.STAT,
        name -> {
          if (name.equals("dream.lock") && once.compareAndSet(false, true)) {
            throw new IOException("Input/output error");
          }
        });
    time.leap(50);
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(asked));
    assertEquals(
        FailureCode.STORAGE_FAILED.code(), ((ReplyException) failed.getCause()).failureCode());
    assertFalse(Files.exists(file()), "it is as it was before");
    assertFalse(status().getBoolean("held"));
  }
}
