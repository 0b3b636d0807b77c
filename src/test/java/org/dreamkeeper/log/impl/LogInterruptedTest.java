package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.log.LogOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dreams that nobody is at any more. */
class LogInterruptedTest extends LogTestBase {
  private static final long STALE = LogOptions.DEFAULT_STALE_PROCESSING.toMillis();

  private final String id = "drm-" + time.millis();

  private JsonObject processing() {
    return entry(time.millis(), "processing");
  }

  private JsonObject processing(long ageMs) {
    return entry(Long.parseLong(id.substring(4)), "processing")
        .put("startedAt", time.millis() - ageMs);
  }

  private void assertInterrupted(String why) throws Exception {
    JsonObject now = onDisk(id);
    assertEquals("error", now.getString("status"));
    assertTrue(now.getString("error").startsWith("Interrupted"), now.getString("error"));
    assertTrue(now.getString("error").contains(why), now.getString("error"));
    assertEquals(time.millis(), now.getLong("completedAt"));
  }

  private void assertStillProcessing() throws Exception {
    assertEquals("processing", onDisk(id).getString("status"));
  }

  @Test
  void staleOneIsEndedAtTheStartBeforeItAnswers() throws Exception {
    JsonObject left = processing(STALE + 60_000).put("future", 1);
    put(left);
    start();
    assertInterrupted("nobody finished it for 11 min");
    List<String> keys = new ArrayList<>(left.fieldNames());
    keys.addAll(List.of("completedAt", "error"));
    assertEquals(keys, new ArrayList<>(onDisk(id).fieldNames()), "the order of the keys");
    assertEquals(id, host.events("log.interrupted").get(0).getString("id"));
    assertEquals(List.of(id + ".json"), names());
  }

  @Test
  void freshOneIsLeftAloneUntilItsAgePassesTheLimit() throws Exception {
    put(processing(STALE - 5_000));
    start();
    assertStillProcessing();
    time.advance(5_000);
    host.settle();
    assertEquals("processing", host.get(id).getString("status"));
    // Behind the answer the alarm is set anew.
    host.settle();
    assertStillProcessing();
    time.advance(1);
    host.settle();
    assertInterrupted("nobody finished it for 10 min");
  }

  @Test
  void ageCountsFromTheFileWhereThatIsOlder() throws Exception {
    put(processing(-1_000_000));
    Files.setLastModifiedTime(file(id), FileTime.fromMillis(time.millis() - STALE - 1));
    start();
    assertInterrupted("nobody finished it");
  }

  /** Times that are no evidence: a wrong clock, or microseconds. */
  @ParameterizedTest
  @ValueSource(doubles = {4.1e12, 1.8e15, 1e300})
  void oneOfTheFutureCountsFromTheFirstSight(double startedAt) throws Exception {
    put(processing().put("startedAt", startedAt));
    Files.setLastModifiedTime(file(id), FileTime.fromMillis(time.millis() + 1_000_000_000_000L));
    start();
    assertStillProcessing();
    // Clocks that step change nothing.
    time.setMillis(time.millis() - 1_000_000);
    time.advance(STALE);
    host.settle();
    assertEquals("processing", host.get(id).getString("status"));
    host.settle();
    time.advance(1);
    host.settle();
    assertInterrupted("nobody finished it for 10 min");
  }

  @Test
  void oneThatBeganInTheFutureIsAsOldAsItsFile() throws Exception {
    put(processing().put("startedAt", 1.8e15));
    Files.setLastModifiedTime(file(id), FileTime.fromMillis(time.millis() - STALE - 1));
    start();
    assertInterrupted("nobody finished it for 10 min");
  }

  @Test
  void oneThatIsWrittenAnewCountsFromThen() throws Exception {
    FileTime ahead = FileTime.fromMillis(time.millis() + 1_000_000_000L);
    JsonObject entry = processing().put("startedAt", 4.1e12);
    put(entry);
    Files.setLastModifiedTime(file(id), ahead);
    start();
    time.advance(STALE - 1_000);
    put(entry.put("startedAt", 4.2e12));
    Files.setLastModifiedTime(file(id), ahead);
    assertEquals("processing", host.get(id).getString("status"));
    time.advance(2_000);
    host.settle();
    assertEquals("processing", host.get(id).getString("status"));
  }

  @Test
  void savedOneIsWatchedFromThen() throws Exception {
    start();
    host.save(processing());
    time.advance(STALE - 1_000);
    host.settle();
    assertStillProcessing();
    host.save(processing(0));
    // The file system has a clock of its own.
    Files.setLastModifiedTime(file(id), FileTime.fromMillis(time.millis()));
    time.advance(2_000);
    host.settle();
    assertEquals("processing", host.get(id).getString("status"), "saved again, so it is fresh");
  }

  @Test
  void tokenOfAnEarlierHostIsInterruptedAtTheStart() throws Exception {
    put(processing(0).put("lockToken", 1));
    start();
    assertInterrupted("the host ended");
    assertEquals(1, onDisk(id).getLong("lockToken"));
  }

  @Test
  void tokenThatHoldsTheLockKeepsItAliveForever() throws Exception {
    start();
    host.fence(host.token(1));
    host.save(processing(), "token", Long.toString(host.token(1)));
    time.advance(100 * STALE);
    host.settle();
    assertEquals("processing", host.get(id).getString("status"));
  }

  @Test
  void endedAsSoonAsTheLockIsTakenOver() throws Exception {
    start();
    host.fence(host.token(1));
    host.save(processing(), "token", Long.toString(host.token(1)));
    host.fence(host.token(2));
    host.settle();
    assertInterrupted("the lock was taken over");
    assertEquals(1, host.events("log.interrupted").size());
  }

  @Test
  void completedOneIsNotTouchedWhenTheLockMoves() throws Exception {
    start();
    host.fence(host.token(1));
    String token = Long.toString(host.token(1));
    host.save(processing(), "token", token);
    host.save(completed(time.millis()), "token", token);
    byte[] before = Files.readAllBytes(file(id));
    host.fence(0);
    host.settle();
    assertEquals(new String(before, UTF_8), Files.readString(file(id)));
    assertEquals(List.of(), host.events("log.interrupted"));
  }

  private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

  @Test
  void foreignOneIsEndedByTheReadThatWouldReturnIt() throws Exception {
    start();
    host.ids();
    put(processing(STALE + 1));
    JsonObject stillGoing = query().put("status", new JsonArray().add("processing"));
    assertEquals(List.of(), LogHost.ids(host.list(stillGoing)));
    assertEquals(
        "error", host.list(query()).getJsonArray("entries").getJsonObject(0).getString("status"));
    assertInterrupted("nobody finished it");
    Files.write(file(id), JsonText.print(processing(STALE + 2)));
    assertEquals("error", host.get(id).getString("status"));
    assertInterrupted("nobody finished it");
  }

  @Test
  void filterFindsItAsWhatItHasBecome() throws Exception {
    start();
    put(processing(STALE + 1));
    JsonObject failed = query().put("status", new JsonArray().add("error"));
    assertEquals(List.of(id), LogHost.ids(host.list(failed)));
  }

  @Test
  void neverOverwritesOneThatIsCompletedMeanwhile() throws Exception {
    put(processing(STALE + 1));
    JsonObject done = completed(Long.parseLong(id.substring(4)));
    AtomicBoolean once = new AtomicBoolean();
    disk.on(
        Op.CREATE,
        name -> {
          // A foreign process, after the judgement and before the new content has its place.
          if (!once.getAndSet(true)) {
            put(done);
          }
        });
    start();
    assertTrue(once.get());
    assertEquals(done, onDisk(id));
    assertEquals(done, host.get(id));
    assertEquals(List.of(), host.events("log.interrupted"));
    assertEquals(List.of(id + ".json"), names());
  }

  @Test
  void editInPlaceMeanwhileIsSeenToo() throws Exception {
    put(processing(STALE + 1));
    JsonObject done = completed(Long.parseLong(id.substring(4)));
    disk.on(Op.CREATE, name -> Files.write(file(id), JsonText.print(done)));
    start();
    disk.heal();
    assertEquals(done, onDisk(id));
    assertEquals(done, host.get(id));
  }

  @Test
  void doesNotTouchWhatIsNoValidEntry() throws Exception {
    JsonObject lacking = processing(STALE + 1);
    lacking.remove("summary");
    put(lacking);
    start();
    assertEquals(lacking, onDisk(id));
    assertEquals(1, host.list(query()).getInteger("unreadable"));
  }

  @Test
  void diskThatRefusesDoesNotFailTheStartAndReadsTellWhatIsThere() throws Exception {
    put(processing(STALE + 1));
    disk.fail(Op.CREATE, "Read-only file system");
    start();
    assertEquals("processing", host.get(id).getString("status"));
    assertEquals(1, host.ids().size());
    disk.heal();
    assertEquals("error", host.get(id).getString("status"));
  }

  @Test
  void triedAgainByItselfAfterTheDiskRefused() throws Exception {
    put(processing(STALE - 5_000));
    start();
    disk.fail(Op.RENAME, "Input/output error");
    time.advance(5_001);
    host.settle();
    assertStillProcessing();
    disk.heal();
    time.advance(10_000);
    host.settle();
    assertInterrupted("nobody finished it");
  }

  @Test
  void hundredsAreEndedInGroups() throws Exception {
    for (int i = 1; i <= 150; i++) {
      put(entry(i, "processing"));
    }
    start();
    assertEquals(150, host.events("log.interrupted").size());
    JsonObject ended = query().put("status", new JsonArray().add("error"));
    assertEquals(150, host.list(ended).getJsonArray("entries").size());
  }

  @Test
  void lockDoesNotLearnThatThereWasNoDreamFromAnEntryThatCannotBeRead() throws Exception {
    put(completed(5));
    Files.setLastModifiedTime(file("drm-5"), FileTime.fromMillis(1_000));
    disk.fail(Op.READ, "Permission denied");
    start();
    assertEquals(
        "STORAGE_FAILED: dream-log: drm-5.json: Permission denied",
        LogHost.refused(FailureCode.STORAGE_FAILED, host.outcome(1, 1_000)));
    time.advance(60_000);
    assertEquals(new JsonObject(), host.outcome(1), "nobody waits for it for ever");
    assertEquals(
        new JsonObject(), LogHost.await(host.outcome(1, 1_001)), "it is older than that lock");
  }

  @Test
  void lastDreamIsTheLastAlsoWhereTheClockWasAheadBefore() throws Exception {
    start();
    String token = Long.toString(host.token(1));
    host.fence(host.token(1));
    host.save(completed(5).put("startedAt", 9_000).put("completedAt", 9_999), "token", token);
    host.save(completed(6), "token", token);
    assertEquals(
        new JsonObject().put("id", "drm-6").put("completedAt", 11),
        host.peer("lastCompleted", new JsonObject()));
  }

  @Test
  void lockLearnsHowADreamEnded() throws Exception {
    start();
    long token = host.token(1);
    host.fence(token);
    assertEquals(new JsonObject(), host.outcome(token));
    assertEquals(new JsonObject(), host.peer("lastCompleted", new JsonObject()));
    host.save(completed(5).put("curationsSeen", 3), "token", Long.toString(token));
    host.save(completed(9));
    assertEquals(
        new JsonObject()
            .put("id", "drm-5")
            .put("status", "completed")
            .put("completedAt", 10)
            .put("curationsSeen", 3),
        host.outcome(token));
    assertEquals(
        new JsonObject().put("id", "drm-5").put("completedAt", 10),
        host.peer("lastCompleted", new JsonObject()));
    host.save(completed(5).put("curationsSeen", "many"), "token", Long.toString(token));
    assertFalse(host.outcome(token).containsKey("curationsSeen"));
    host.save(processing(), "token", Long.toString(token));
    assertEquals("processing", host.outcome(token).getString("status"), "the newest of several");
  }
}
