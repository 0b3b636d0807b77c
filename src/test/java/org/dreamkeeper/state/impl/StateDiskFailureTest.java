package org.dreamkeeper.state.impl;

import static org.dreamkeeper.state.impl.StateHost.await;
import static org.dreamkeeper.state.impl.StateHost.empty;
import static org.dreamkeeper.state.impl.StateHost.merge;
import static org.dreamkeeper.state.impl.StateHost.merges;
import static org.dreamkeeper.state.impl.StateReadTest.GOOD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The disk says no: memory follows it, and nobody is told of a state that never was. */
class StateDiskFailureTest extends StateTestBase {
  private static final String FULL = "No space left on device";

  @BeforeEach
  void fill() throws Exception {
    host.put(GOOD);
  }

  private Future<Message<JsonObject>> increment(String... headers) {
    return host.send("incrementCurationCount", null, headers);
  }

  private int count() {
    return host.read().getInteger("curationsSinceDream");
  }

  @ParameterizedTest
  @EnumSource(
      value = Op.class,
      names = {"CREATE", "RENAME"})
  void oldContentStands(Op op) throws Exception {
    String revision = host.revision();
    host.disk.fail(op, FULL);
    assertEquals(
        "STORAGE_FAILED: dream-state.json: No space left on device; nothing was changed",
        StateHost.refused(FailureCode.STORAGE_FAILED, increment()));
    assertEquals(GOOD, host.text());
    assertEquals(7, count());
    assertEquals(revision, host.revision());
    assertEquals(List.of("dream-state.json"), host.names());
    assertEquals(
        List.of("storage.failed"),
        host.events().stream().map(event -> event.getString("type")).toList());
    host.disk.heal();
    Message<JsonObject> next = await(increment());
    assertEquals(8, next.body().getInteger("curationsSinceDream"));
    assertNotEquals(revision, next.headers().get("revision"));
  }

  @Test
  void afterAFailedDirectorySyncTheNewContentStands() throws Exception {
    String revision = host.revision();
    host.disk.fail(Op.SYNC_DIRECTORY, "Input/output error");
    String message = StateHost.refused(FailureCode.STORAGE_FAILED, increment("requestId", "a"));
    assertTrue(message.contains("may stand"), message);
    assertTrue(host.text().contains("Dream\": 8,"), host.text());
    assertEquals(8, count());
    assertNotEquals(revision, host.revision());
    host.disk.heal();
    // It stands: to do it again would count it twice.
    StateHost.refused(FailureCode.STORAGE_FAILED, increment("requestId", "a"));
    assertEquals(8, count());
    assertEquals(9, await(increment()).body().getInteger("curationsSinceDream"));
  }

  @Test
  void nothingIsAcknowledgedThatIsNotSynced() throws Exception {
    JsonObject body = merges(merge("a", "b", "drm-1"));
    host.disk.fail(Op.SYNC_DIRECTORY, "Input/output error");
    host.refused(FailureCode.STORAGE_FAILED, "addPendingMerges", body);
    String text = host.text();
    // The caller tries again. The merge is there already, but a power cut may take it back.
    host.refused(FailureCode.STORAGE_FAILED, "addPendingMerges", body);
    host.read();
    List<String> syncs = new ArrayList<>();
    host.disk.heal().on(Op.SYNC_DIRECTORY, syncs::add);
    host.get("addPendingMerges", body);
    assertEquals(1, syncs.size());
    assertEquals(text, host.text());
    host.get("addPendingMerges", body);
    assertEquals(1, syncs.size());
  }

  @Test
  void failedRequestIdMayBeTriedAgain() throws Exception {
    host.disk.fail(Op.CREATE, FULL);
    StateHost.refused(FailureCode.STORAGE_FAILED, increment("requestId", "a"));
    host.disk.heal();
    assertEquals(8, await(increment("requestId", "a")).body().getInteger("curationsSinceDream"));
  }

  @Test
  void whatOthersSawIsDecidedAgain() throws Exception {
    String revision = host.revision();
    Gate gate = new Gate();
    host.disk.on(Op.STAT, gate).fail(Op.RENAME, FULL);
    Future<Message<JsonObject>> first = host.send("read", null);
    gate.reached();
    Future<Message<JsonObject>> changing = increment();
    Future<Message<JsonObject>> reading = host.send("read", null);
    Future<Message<JsonObject>> noOp = host.send("update", new JsonObject());
    Future<Message<JsonObject>> guarded =
        host.send("update", new JsonObject(), "revision", revision);
    Future<Message<JsonObject>> repaired =
        host.send("update", new JsonObject().put("curationsSinceDream", 8));
    Future<Message<JsonObject>> old = host.send("update", new JsonObject(), "revision", "0-0");
    host.settle();
    gate.open();
    await(first);
    StateHost.refused(FailureCode.STORAGE_FAILED, changing);
    for (Future<Message<JsonObject>> each : List.of(reading, noOp, guarded)) {
      assertEquals(7, await(each).body().getInteger("curationsSinceDream"));
      assertEquals(revision, await(each).headers().get("revision"));
    }
    // A no-op only on what was never written.
    StateHost.refused(FailureCode.STORAGE_FAILED, repaired);
    String message = StateHost.refused(FailureCode.REVISION_MISMATCH, old);
    assertTrue(message.contains(revision), message);
    assertEquals(GOOD, host.text());
  }

  @Test
  void foreignChangeDuringTheWriteIsNotLost() throws Exception {
    List<String> creations = new ArrayList<>();
    host.disk.on(
        Op.CREATE,
        name -> {
          creations.add(name);
          if (creations.size() == 1) {
            Files.writeString(host.file, GOOD.replace("7,", "20,"));
          }
        });
    assertEquals(21, await(increment()).body().getInteger("curationsSinceDream"));
    assertEquals(2, creations.size());
    assertEquals(List.of("dream-state.json"), host.names());
    assertEquals(1, host.events().size());
  }

  @Test
  void foreignProcessThatNeverRestsStopsNobody() throws Exception {
    List<String> creations = new ArrayList<>();
    host.disk.on(
        Op.CREATE,
        name -> {
          creations.add(name);
          Files.writeString(host.file, GOOD.replace("7,", creations.size() + "00,"));
        });
    int count = await(increment()).body().getInteger("curationsSinceDream");
    assertEquals((creations.size() - 1) * 100 + 1, count);
    assertEquals(count, count());
  }

  @Test
  void fileThatVanishesFromTheDiskWhileWritingFails() throws Exception {
    host.disk.on(
        Op.RENAME,
        name -> {
          host.disk.fail(Op.STAT, "Input/output error");
          throw new FileSystemException(name, null, "Input/output error");
        });
    StateHost.refused(FailureCode.STORAGE_FAILED, increment());
    assertEquals(empty(), host.read());
    assertEquals("unreadable", host.degraded());
    host.disk.heal();
    assertEquals(7, count());
  }

  @Test
  void silentDiskIsRefusedAfterAWhile() throws Exception {
    Gate gate = new Gate();
    host.disk.on(Op.CREATE, gate);
    Future<Message<JsonObject>> hanging = increment();
    gate.reached();
    Future<Message<JsonObject>> waiting = host.send("read", null);
    host.settle();
    host.time.leap(10_000);
    StateHost.refused(FailureCode.STORAGE_FAILED, hanging);
    StateHost.refused(FailureCode.STORAGE_FAILED, waiting);
    gate.open();
    host.settle();
    host.disk.heal();
  }

  @Test
  void stopAnswersWhatWasAccepted() throws Exception {
    Gate gate = new Gate();
    host.disk.on(Op.CREATE, gate);
    Future<Message<JsonObject>> first = increment();
    gate.reached();
    Future<Message<JsonObject>> second = increment();
    host.settle();
    Future<?> stopped = host.vertx.undeploy(host.verticle.context().deploymentID());
    host.awaitStopping();
    StateHost.refused(FailureCode.NOT_SERVING, increment());
    gate.open();
    await(stopped);
    assertEquals(8, await(first).body().getInteger("curationsSinceDream"));
    assertEquals(9, await(second).body().getInteger("curationsSinceDream"));
    assertTrue(host.text().contains("Dream\": 9,"), host.text());
  }
}
