package org.dreamkeeper.state.impl;

import static org.dreamkeeper.state.impl.StateHost.await;
import static org.dreamkeeper.state.impl.StateHost.empty;
import static org.dreamkeeper.state.impl.StateHost.merge;
import static org.dreamkeeper.state.impl.StateReadTest.GOOD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two actions that set any field, and what guards them. */
class StateWriteTest extends StateTestBase {

  private void assertUntouched(String action, JsonObject body) throws Exception {
    String stamp = host.stamp();
    String revision = host.revision();
    assertEquals(revision, host.ask(action, body).headers().get("revision"));
    assertEquals(stamp, host.stamp());
  }

  @Test
  void writeLeavesNoTemporaryFile() throws Exception {
    JsonObject state = empty().put("totalDreams", 3);
    assertEquals(state, host.get("write", state));
    assertEquals(List.of("dream-state.json"), host.names());
    assertEquals(
        """
        {
          "version": 1,
          "curationsSinceDream": 0,
          "lastDreamAt": null,
          "lastDreamLogId": null,
          "totalDreams": 3
        }\
        """,
        host.text());
  }

  @Test
  void writeOfTheEmptyStateMakesTheFile() throws Exception {
    host.get("write", empty());
    assertEquals(List.of("dream-state.json"), host.names());
    assertUntouched("write", empty());
  }

  @Test
  void writeRefusesWhatIsInvalid() throws Exception {
    host.get("write", empty());
    String stamp = host.stamp();
    List<JsonObject> wrong = new ArrayList<>();
    wrong.add(new JsonObject());
    wrong.add(empty().put("version", 2));
    wrong.add(empty().put("curationsSinceDream", -1));
    wrong.add(empty().put("lastDreamAt", "yesterday"));
    wrong.add(empty().put("pendingMerges", new JsonArray().add(new JsonObject())));
    wrong.add(empty().put("staleSummaryPaths", (Object) null));
    JsonObject incomplete = empty();
    incomplete.remove("totalDreams");
    wrong.add(incomplete);
    wrong.forEach(each -> host.refused(FailureCode.INVALID_REQUEST, "write", each));
    assertEquals(stamp, host.stamp());
  }

  @Test
  void writeOfTheSameWritesNothing() throws Exception {
    host.put(GOOD);
    assertUntouched("write", host.read());
    JsonObject turned = new JsonObject();
    List<String> keys = new ArrayList<>(host.read().fieldNames());
    for (int i = keys.size() - 1; i >= 0; i--) {
      turned.put(keys.get(i), host.read().getValue(keys.get(i)));
    }
    assertUntouched("write", turned);
    turned.remove("pendingMerges");
    turned.put("totalDreams", 3.0);
    assertUntouched("write", turned);
  }

  @Test
  void unknownFieldsAndOrderSurvive() throws Exception {
    String odd =
        """
        {
          "future": {
            "z": [
              1.5,
              null
            ],
            "a": {}
          },
          "totalDreams": 3,
          "pendingMerges": [],
          "version": 1,
          "lastDreamAt": "2026-04-10T12:00:00Z",
          "curationsSinceDream": 7,
          "lastDreamLogId": null,
          "later": 1e+300
        }\
        """;
    host.put(odd);
    JsonObject state = host.get("incrementCurationCount", null);
    assertEquals(odd.replace(": 7,", ": 8,"), host.text());
    JsonObject turned = new JsonObject();
    state.fieldNames().stream().sorted().forEach(key -> turned.put(key, state.getValue(key)));
    host.get("write", turned.put("curationsSinceDream", 9));
    assertEquals(odd.replace(": 7,", ": 9,"), host.text());
    host.get("update", new JsonObject().put("lastDreamAt", null).put("curationsSinceDream", 10));
    assertEquals(
        odd.replace(": 7,", ": 10,").replace("\"2026-04-10T12:00:00Z\"", "null"), host.text());
    host.get("update", new JsonObject("{\"future\":{\"a\":null,\"b\":1},\"later\":null}"));
    assertEquals("{\"z\":[1.5,null],\"b\":1}", host.read().getJsonObject("future").encode());
    assertFalse(host.read().containsKey("later"));
  }

  @Test
  void absentArrayStaysAbsentWhileItIsEmpty() throws Exception {
    host.put(GOOD);
    host.get("write", host.read().put("curationsSinceDream", 8));
    assertEquals(GOOD.replace("7,", "8,"), host.text());
    host.get("update", new JsonObject("{\"pendingMerges\":[],\"curationsSinceDream\":9}"));
    assertEquals(GOOD.replace("7,", "9,"), host.text());
    assertUntouched("update", new JsonObject("{\"pendingMerges\":[]}"));
    host.get("addPendingMerges", StateHost.merges(merge("a", "b", "drm-1")));
    host.get("removePendingMerges", new JsonObject().put("suggestedByDreamId", "drm-1"));
    assertTrue(host.text().endsWith("\"pendingMerges\": []\n}"), host.text());
  }

  @Test
  void updateRemovesToDefaults() throws Exception {
    host.put(GOOD);
    host.get("addPendingMerges", StateHost.merges(merge("a", "b", "drm-1")));
    JsonObject nothing = new JsonObject();
    for (String field :
        List.of(
            "curationsSinceDream",
            "lastDreamAt",
            "lastDreamLogId",
            "totalDreams",
            "pendingMerges",
            "staleSummaryPaths")) {
      nothing.put(field, null);
    }
    assertEquals(empty(), host.get("update", nothing));
    assertUntouched("update", nothing);
    assertUntouched("update", new JsonObject());
    assertUntouched("update", new JsonObject().put("version", 1).put("nobody", null));
  }

  @Test
  void updateOfNothingOnDiskKeepsTheOrder() throws Exception {
    host.get("update", new JsonObject("{\"lastDreamAt\":null,\"totalDreams\":1}"));
    assertEquals(
        "version curationsSinceDream lastDreamAt lastDreamLogId totalDreams",
        String.join(" ", new JsonObject(host.text()).fieldNames()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":2}",
        "{\"version\":null}",
        "{\"version\":\"1\"}",
        "{\"curationsSinceDream\":-1}",
        "{\"curationsSinceDream\":{}}",
        "{\"lastDreamAt\":\"x\"}",
        "{\"pendingMerges\":{}}",
        "{\"pendingMerges\":[{}]}",
        "{\"staleSummaryPaths\":[{\"path\":\"\",\"enqueuedAt\":0}]}"
      })
  void updateRefusesAnInvalidResult(String patch) throws Exception {
    host.put(GOOD);
    String stamp = host.stamp();
    host.refused(FailureCode.INVALID_REQUEST, "update", new JsonObject(patch));
    assertEquals(stamp, host.stamp());
  }

  @Test
  void revisionGuardsWriteAndUpdate() throws Exception {
    Message<JsonObject> first = host.ask("incrementCurationCount", null);
    String seen = first.headers().get("revision");
    assertEquals(seen, host.revision());
    Message<JsonObject> second =
        host.ask("write", first.body().put("totalDreams", 1), "revision", seen);
    String now = second.headers().get("revision");
    assertNotEquals(seen, now);
    for (String action : List.of("write", "update")) {
      String message =
          host.refused(
              FailureCode.REVISION_MISMATCH,
              action,
              empty().put("totalDreams", 9),
              "revision",
              seen);
      assertTrue(message.contains(now), message);
    }
    assertEquals(
        2,
        host.get("update", new JsonObject().put("totalDreams", 2), "revision", now)
            .getInteger("totalDreams"));
  }

  @Test
  void whatWaitsIsWrittenTogether() throws Exception {
    Gate gate = new Gate();
    List<String> renames = new ArrayList<>();
    host.disk.on(Op.STAT, gate).on(Op.RENAME, renames::add);
    Future<Message<JsonObject>> first = host.send("incrementCurationCount", null);
    gate.reached();
    List<Future<Message<JsonObject>>> rest = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rest.add(host.send("incrementCurationCount", null));
    }
    host.settle();
    gate.open();
    await(first);
    await(Future.all(rest));
    assertEquals(501, host.read().getInteger("curationsSinceDream"));
    assertEquals(2, renames.size());
  }

  @Test
  void revisionsAreNewWithinABatchToo() throws Exception {
    Gate gate = new Gate();
    host.disk.on(Op.STAT, gate);
    Future<Message<JsonObject>> first = host.send("incrementCurationCount", null);
    gate.reached();
    List<Future<Message<JsonObject>>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(host.send("incrementCurationCount", null));
      all.add(host.send("read", null));
    }
    host.settle();
    gate.open();
    await(first);
    Set<String> revisions = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Message<JsonObject> changed = await(all.get(2 * i));
      Message<JsonObject> read = await(all.get(2 * i + 1));
      assertTrue(revisions.add(changed.headers().get("revision")));
      assertEquals(changed.headers().get("revision"), read.headers().get("revision"));
      assertEquals(changed.body(), read.body());
    }
  }

  @Test
  void revisionIsOfTheEpoch() {
    assertTrue(host.revision().startsWith(host.project.epoch() + "-"));
  }

  @Test
  void fenceRefusesOldTokens() throws Exception {
    host.refused(FailureCode.SUPERSEDED, "incrementCurationCount", null, "token", "7");
    host.fence(7);
    host.get("incrementCurationCount", null, "token", "7");
    host.get("incrementCurationCount", null);
    host.fence(8);
    String message =
        host.refused(FailureCode.SUPERSEDED, "incrementCurationCount", null, "token", "7");
    assertTrue(message.contains("7"), message);
    host.get("read", null, "token", "7");
    host.fence(0);
    host.refused(FailureCode.SUPERSEDED, "drainStaleSummaryPaths", null, "token", "8");
    assertEquals(2, host.read().getInteger("curationsSinceDream"));
  }

  @Test
  void fenceWaitsForTheBatchUnderWay() throws Exception {
    host.fence(7);
    Gate gate = new Gate();
    host.disk.on(Op.CREATE, gate);
    Future<Message<JsonObject>> begun = host.send("incrementCurationCount", null, "token", "7");
    gate.reached();
    Future<Message<JsonObject>> late = host.send("incrementCurationCount", null, "token", "7");
    host.settle();
    Future<?> moved =
        host.vertx
            .eventBus()
            .request(
                host.project.peer("state"),
                new JsonObject().put("token", 8),
                new DeliveryOptions().addHeader("action", "fence"));
    host.settle();
    assertFalse(moved.isComplete());
    gate.open();
    await(moved);
    assertEquals(1, await(begun).body().getInteger("curationsSinceDream"));
    StateHost.refused(FailureCode.SUPERSEDED, late);
  }

  @Test
  void repeatedRequestIdDoesNothingTwice() throws Exception {
    Message<JsonObject> first = host.ask("incrementCurationCount", null, "requestId", "a");
    Message<JsonObject> again = host.ask("incrementCurationCount", null, "requestId", "a");
    assertEquals(first.body(), again.body());
    assertEquals(first.headers().get("revision"), again.headers().get("revision"));
    assertEquals(1, host.read().getInteger("curationsSinceDream"));
    host.get("incrementCurationCount", null, "requestId", "b");
    assertEquals(2, host.read().getInteger("curationsSinceDream"));
  }

  @Test
  void requestThatIsUnderWayIsNotForgottenHoweverManyFollow() throws Exception {
    Gate gate = new Gate();
    host.disk.on(Op.STAT, gate);
    List<Future<Message<JsonObject>>> all = new ArrayList<>();
    all.add(host.send("incrementCurationCount", null, "requestId", "first"));
    gate.reached();
    for (int i = 0; i < 1_500; i++) {
      all.add(host.send("incrementCurationCount", null, "requestId", "id" + i));
    }
    all.add(host.send("incrementCurationCount", null, "requestId", "first"));
    host.settle();
    gate.open();
    await(Future.join(all));
    assertEquals(1_501, host.read().getInteger("curationsSinceDream"));
  }

  @Test
  void largeRepliesAreRememberedAsFarAsThereIsRoom() throws Exception {
    for (int i = 0; i < 9; i++) {
      update(i);
    }
    String last = revision();
    assertEquals("x", update(8).getString("8").substring(0, 1));
    assertEquals(last, revision(), "nothing is done twice");
    update(0);
    assertNotEquals(last, revision(), "it was too long ago");
  }

  /** Makes the state 4 MB large, with other text each time. */
  private JsonObject update(int number) throws Exception {
    JsonObject body = new JsonObject().put(Integer.toString(number), "x".repeat(4 << 20));
    if (number > 0) {
      body.putNull(Integer.toString(number - 1));
    }
    return host.ask("update", body, "requestId", "update" + number).body();
  }

  private String revision() throws Exception {
    return host.ask("read", null).headers().get("revision");
  }

  @Test
  void deadlineThatPassedIsNotCarriedOut() throws Exception {
    Gate gate = new Gate();
    host.disk.on(Op.STAT, gate);
    String deadline = Long.toString(StateHost.NOW + 10);
    Future<Message<JsonObject>> begun =
        host.send("incrementCurationCount", null, "deadline", deadline);
    gate.reached();
    Future<Message<JsonObject>> late =
        host.send("incrementCurationCount", null, "deadline", deadline);
    host.settle();
    host.time.leap(11);
    gate.open();
    assertEquals(1, await(begun).body().getInteger("curationsSinceDream"));
    StateHost.refused(FailureCode.DEADLINE_PASSED, late);
    assertEquals(1, host.read().getInteger("curationsSinceDream"));
  }

  @Test
  void stateDoesNotOutgrowItsFile() throws Exception {
    String large = "x".repeat(9 << 20);
    host.get("addPendingMerges", StateHost.merges(merge(large, "b", "drm-1")));
    host.refused(
        FailureCode.TOO_LARGE, "addPendingMerges", StateHost.merges(merge(large, "c", "drm-1")));
    host.get("removePendingMerges", new JsonObject().put("suggestedByDreamId", "drm-1"));
    host.get("addPendingMerges", StateHost.merges(merge(large, "c", "drm-1")));
  }
}
