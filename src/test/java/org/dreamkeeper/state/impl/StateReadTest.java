package org.dreamkeeper.state.impl;

import static org.dreamkeeper.state.impl.StateHost.by;
import static org.dreamkeeper.state.impl.StateHost.empty;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.state.DreamState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reads show of whatever is on disk. */
class StateReadTest extends StateTestBase {

  static final String GOOD =
      """
      {
        "version": 1,
        "curationsSinceDream": 7,
        "lastDreamAt": "2026-04-10T12:00:00.123456Z",
        "lastDreamLogId": "drm-5",
        "totalDreams": 3
      }\
      """;

  @Test
  void missingIsEmptyAndNotDegraded() throws Exception {
    Message<JsonObject> reply = host.ask("read", null);
    assertEquals(empty().encode(), reply.body().encode());
    assertNull(reply.headers().get("degraded"));
    assertEquals(List.of(), host.names());
  }

  @Test
  void emptyStateIsNobodysToChange() {
    JsonObject mine = host.read();
    mine.put("totalDreams", 9).getJsonArray("pendingMerges").add("x");
    assertEquals(empty(), host.read());
    assertEquals(empty(), DreamState.EMPTY.toJson());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "7",
        "\"x\"",
        "{",
        "{\"version\": 1,}",
        "{\"version\": 1} x",
        "// comment\n{}",
        "\uFEFF\uFEFF{}"
      })
  void unparsableIsEmptyAndCorrupt(String text) throws Exception {
    host.put(text);
    Message<JsonObject> reply = host.ask("read", null);
    assertEquals(empty().encode(), reply.body().encode());
    assertEquals("corrupt", reply.headers().get("degraded"));
    assertEquals(text, host.text());
  }

  @Test
  void aByteOrderMarkIsReadOverAndNotWrittenAgain() throws Exception {
    host.get("incrementCurationCount", null);
    String text = host.text();
    host.put("\ufeff" + text);
    assertNull(host.degraded());
    assertEquals(1, host.read().getInteger("curationsSinceDream"));
    host.get("incrementCurationCount", null);
    assertEquals(text.replace("Dream\": 1", "Dream\": 2"), host.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"version\":0}",
        "{\"version\":\"1\"}",
        "{\"version\":1.5}",
        "{\"version\":-2}",
        "{\"version\":null}",
        "{\"version\":1e400}",
        "{\"version\":1}"
      })
  void wrongSchemaIsCorrupt(String text) throws Exception {
    host.put(text);
    assertEquals(empty(), host.read());
    assertEquals("corrupt", host.degraded());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":2,\"curationsSinceDream\":5}",
        "{\"version\":2.0}",
        "{\"version\":1e300}",
        "{\"version\":123456789012345678901234567890}"
      })
  void newerIsEmptyAndNeverOverwritten(String text) throws Exception {
    host.put(text);
    assertEquals(empty(), host.read());
    assertEquals("newer", host.degraded());
    String stamp = host.stamp();
    refuseAllWrites(FailureCode.NEWER_FORMAT);
    assertEquals(stamp, host.stamp());
    assertEquals(List.of("dream-state.json"), host.names());
  }

  @Test
  void directoryInItsPlaceIsUnreadable() throws Exception {
    Files.createDirectory(host.file);
    assertUnreadable("is not a regular file");
    Files.delete(host.file);
    assertNull(host.degraded());
    assertEquals(1, host.get("incrementCurationCount", null).getInteger("curationsSinceDream"));
  }

  @Test
  void symbolicLinkIsUnreadable() throws Exception {
    Files.writeString(temporary.resolve("elsewhere"), GOOD);
    Files.createSymbolicLink(host.file, temporary.resolve("elsewhere"));
    assertUnreadable("is not a regular file");
    assertTrue(Files.isSymbolicLink(host.file));
  }

  @Test
  void diskErrorIsUnreadable() throws Exception {
    host.put(GOOD);
    host.disk.fail(Op.READ, "Input/output error");
    assertUnreadable("Input/output error");
    host.disk.heal();
    assertEquals(7, host.read().getInteger("curationsSinceDream"));
    assertNull(host.degraded());
  }

  private void assertUnreadable(String reason) {
    assertEquals(empty(), host.read());
    assertEquals("unreadable", host.degraded());
    for (String message : refuseAllWrites(FailureCode.STORAGE_FAILED)) {
      assertEquals("STORAGE_FAILED: dream-state.json: " + reason, message);
    }
  }

  /** No-ops, too: what they leave as it was is not what is on disk. */
  private List<String> refuseAllWrites(FailureCode code) {
    List<String> messages = new ArrayList<>();
    messages.add(host.refused(code, "write", empty()));
    messages.add(host.refused(code, "update", new JsonObject()));
    messages.add(host.refused(code, "incrementCurationCount", by(1)));
    messages.add(host.refused(code, "addPendingMerges", StateHost.merges()));
    messages.add(host.refused(code, "removePendingMerges", StateHost.merges()));
    messages.add(host.refused(code, "enqueueStaleSummaryPaths", StateHost.paths()));
    messages.add(host.refused(code, "drainStaleSummaryPaths", null));
    messages.add(host.refused(code, "recordDream", new JsonObject().put("logId", "drm-1")));
    return messages;
  }

  @ParameterizedTest
  @ValueSource(strings = {"pr378", "head"})
  void fixturesSurviveByteForByte(String fixture) throws Exception {
    byte[] original = fixture(fixture);
    host.put(original);
    JsonObject before = host.read();
    assertNull(host.degraded());
    assertEquals(2, before.getInteger("curationsSinceDream"));
    assertEquals("drm-1793671200000", before.getString("lastDreamLogId"));
    assertEquals(
        "Overlaps", before.getJsonArray("pendingMerges").getJsonObject(0).getString("reason"));
    assertEquals(fixture.equals("head") ? 1 : 0, before.getJsonArray("staleSummaryPaths").size());

    host.get("incrementCurationCount", null);
    assertNotEquals(new String(original, StandardCharsets.UTF_8), host.text());
    host.get("write", before);
    assertArrayEquals(original, Files.readAllBytes(host.file));
  }

  @Test
  void crashedFixtureIsSetAside() throws Exception {
    host.put(fixture("crashed"));
    assertEquals("corrupt", host.degraded());
    host.get("incrementCurationCount", null);
    assertEquals(
        List.of("dream-state.json", "dream-state.json.corrupt-" + StateHost.NOW), host.names());
    assertArrayEquals(
        fixture("crashed"),
        Files.readAllBytes(host.directory.resolve("dream-state.json.corrupt-" + StateHost.NOW)));
  }

  private static byte[] fixture(String name) throws Exception {
    try (InputStream in =
        StateReadTest.class.getResourceAsStream("/fixtures/" + name + "/dream-state.json")) {
      return in.readAllBytes();
    }
  }

  @Test
  void numbersOfOtherFormsAreTheSameNumbers() throws Exception {
    host.put(GOOD.replace("7,", "7.0,").replace("3\n", "3e0\n"));
    assertNull(host.degraded());
    assertEquals(8, host.get("incrementCurationCount", null).getValue("curationsSinceDream"));
    assertEquals(GOOD.replace("7,", "8,"), host.text());
  }

  @Test
  void whatIsTooDeepForTheBusIsDropped() throws Exception {
    String deep = "[".repeat(499) + "]".repeat(499);
    host.put(GOOD.replace("{\n", "{\n  \"deep\": " + deep + ",\n"));
    assertNull(host.degraded());
    assertEquals(deep, host.get("write", host.read()).getJsonArray("deep").encode());
    host.put(GOOD.replace("{\n", "{\n  \"deep\": [" + deep + "],\n"));
    assertEquals("corrupt", host.degraded());
    assertEquals(8, host.get("incrementCurationCount", null).getInteger("curationsSinceDream"));
    assertEquals(GOOD.replace("7,", "8,"), host.text());
  }

  @Test
  void foreignChangesAreSeenByTheNextRequest() throws Exception {
    host.put(GOOD);
    String first = host.revision();
    host.put(GOOD.replace("7,", "8,"));
    assertEquals(8, host.read().getInteger("curationsSinceDream"));
    String second = host.revision();
    assertNotEquals(first, second);
    Files.delete(host.file);
    assertEquals(empty(), host.read());
    String third = host.revision();
    assertNotEquals(second, third);
    host.put(GOOD);
    assertEquals(8, host.get("incrementCurationCount", null).getInteger("curationsSinceDream"));
    assertNotEquals(first, host.revision());
  }

  @Test
  void foreignChangeInPlaceThatLeavesTheStampIsSeen() throws Exception {
    host.get("incrementCurationCount", null);
    FileTime stamp = Files.getLastModifiedTime(host.file);
    // The same inode, size and mtime: as within one tick of the file system's clock.
    Files.writeString(host.file, host.text().replace(": 1,\n  \"last", ": 2,\n  \"last"));
    Files.setLastModifiedTime(host.file, stamp);
    assertEquals(2, host.read().getInteger("curationsSinceDream"));
  }

  @Test
  void aFileThatIsReplacedAllTheTimeIsReadAtTheFirstTry() throws Exception {
    host.put(GOOD);
    AtomicInteger reads = new AtomicInteger();
    AtomicInteger replaced = new AtomicInteger(100);
    host.disk
        .on(Op.STAT, name -> replace(name, replaced.incrementAndGet()))
        .on(Op.READ, name -> reads.incrementAndGet());
    Message<JsonObject> reply = host.ask("read", null);
    assertNull(reply.headers().get("degraded"));
    assertTrue(reply.body().getInteger("curationsSinceDream") > 100, reply.body().encode());
    assertEquals(1, reads.get());
    host.get("incrementCurationCount", by(1_000));
    host.disk.heal();
    assertTrue(host.read().getInteger("curationsSinceDream") > 1_100);
  }

  private void replace(String name, int curations) throws IOException {
    if (name.equals("dream-state.json")) {
      Path next = Files.writeString(temporary.resolve("next"), GOOD.replace("7,", curations + ","));
      Files.move(next, host.file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Test
  void aFileThatIsEditedInPlaceWhileItIsReadIsReadAgain() throws Exception {
    host.put(GOOD);
    AtomicInteger looks = new AtomicInteger();
    host.disk.on(
        Op.STAT,
        name -> {
          // Before the look that follows the first reading.
          if (name.equals("dream-state.json") && looks.incrementAndGet() == 2) {
            Files.writeString(host.file, GOOD.replace("7,", "8765,"));
          }
        });
    assertEquals(8765, host.read().getInteger("curationsSinceDream"));
    assertEquals(4, looks.get());
  }

  @Test
  void equalStampThatIsOldEnoughSparesTheRead() throws Exception {
    host.put(GOOD);
    host.read();
    AtomicInteger reads = new AtomicInteger();
    host.disk.on(Op.READ, name -> reads.incrementAndGet());
    assertEquals(7, host.read().getInteger("curationsSinceDream"));
    assertEquals(0, reads.get());
  }

  /** Where lock and log do not answer, nobody is told that a dream may begin. */
  @Test
  void theGatesAreNotJudgedByTheStateAlone() {
    String message = host.refused(FailureCode.NOT_SERVING, "gates", new JsonObject());
    assertTrue(message.contains("the lock"), message);
    assertEquals(StateHost.empty(), host.read());
  }
}
