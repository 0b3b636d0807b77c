package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids only grow. */
class LogIdsTest extends LogTestBase {

  private static long number(String id) {
    return Long.parseLong(id.substring(4));
  }

  @Test
  void isTheTimeWhereThatIsNew() {
    start();
    assertEquals(time.millis(), number(host.nextId()));
    time.advance(5);
    assertEquals(time.millis(), number(host.nextId()));
  }

  @Test
  void allDifferWithinOneMillisecond() {
    start();
    List<Future<Message<JsonObject>>> asked = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      asked.add(host.send("nextId", null));
    }
    List<String> ids =
        asked.stream().map(each -> LogHost.await(each).body().getString("id")).toList();
    assertEquals(3_000, new HashSet<>(ids).size());
    assertEquals(ids.stream().sorted().toList(), ids);
  }

  @Test
  void growsWhenTheClockIsSetBack() {
    start();
    String first = host.nextId();
    time.setMillis(1_000);
    assertEquals(number(first) + 1, number(host.nextId()));
  }

  @Test
  void growsAcrossACleanStop() {
    start();
    host.nextId();
    String last = host.nextId();
    time.setMillis(1_000);
    start();
    assertEquals(number(last) + 1, number(host.nextId()), "nothing that was reserved is lost");
  }

  @Test
  void growsAcrossACrash() throws Exception {
    start();
    String last = "";
    for (int i = 0; i < 1_500; i++) {
      last = host.nextId();
    }
    time.setMillis(1_000);
    crash();
    assertTrue(number(host.nextId()) > number(last));
  }

  @Test
  void isGreaterThanAllOnDiskThatCanBeCountedFrom() throws Exception {
    put(completed(4_000_000_000_000_000L));
    put("drm-99999999999999999", "{");
    start();
    assertEquals("drm-4000000000000001", host.nextId());
    put("drm-4100000000000000", "corrupt");
    assertEquals("drm-4100000000000001", host.nextId());
  }

  @ParameterizedTest
  @ValueSource(longs = {(1L << 52) + 1, 1L << 53, 9_999_999_999_999_999L})
  void oneThatCannotBeCountedFromStopsNothing(long stray) throws Exception {
    put("drm-" + stray, "");
    start();
    assertEquals(time.millis(), number(host.nextId()));
    host.save(completed(stray).put("startedAt", 1).put("completedAt", 2));
    assertEquals(List.of("drm-" + stray), host.ids());
    assertEquals(time.millis() + 1, number(host.nextId()));
    start();
    assertEquals(time.millis() + 2, number(host.nextId()));
    Files.delete(file("drm-" + stray));
    start();
    assertEquals(time.millis() + 3, number(host.nextId()));
  }

  @Test
  void oneThatCannotBeCountedFromIsPrunedWithoutATrace() throws Exception {
    put(completed(9_999_999_999_999_998L));
    put(completed(9_999_999_999_999_999L));
    start(1);
    host.save(completed(7));
    assertEquals(List.of("drm-9999999999999999", "drm-7"), host.ids());
    crash();
    assertTrue(number(host.nextId()) < time.millis() + 10_000);
  }

  @Test
  void whatWasOnceLearntFromAStrayIdIsForgotten() throws Exception {
    start();
    LogHost.await(host.store.log().reserveIds(9_999_999_999_999_999L));
    crash();
    assertEquals(time.millis(), number(host.nextId()));
    crash();
    assertTrue(number(host.nextId()) > time.millis());
  }

  @Test
  void growsAboveTheHighestThatIsCountedFrom() throws Exception {
    put(completed(1L << 52));
    start();
    String first = host.nextId();
    assertEquals((1L << 52) + 1, number(first));
    host.save(completed(number(first)));
    start();
    assertEquals((1L << 52) + 2, number(host.nextId()));
    host.stop();
    Files.delete(base.resolve(".dreamkeeper.claim"));
    host = null;
    start();
    assertEquals((1L << 52) + 2, number(host.nextId()), "what is there is not handed out");
  }

  @Test
  void isGreaterThanWhatTheStateNames() throws Exception {
    start();
    String first = host.nextId();
    host.lastDreamLogId = "drm-" + (time.millis() + 1_000_000);
    assertEquals(time.millis() + 1_000_001, number(host.nextId()));
    start();
    assertTrue(number(host.nextId()) > number(first));
  }

  @ParameterizedTest
  @ValueSource(strings = {"drm-9999999999999999", "drm-", "nonsense", "drm-99999999999999999999"})
  void stateMayNameWhatCannotBeCountedFrom(String named) {
    start();
    host.lastDreamLogId = named;
    assertEquals(time.millis(), number(host.nextId()));
  }

  @Test
  void isRefusedWhereTheStateDoesNotAnswer() {
    start();
    host.lastDreamLogId = null;
    Future<Message<JsonObject>> list = host.send("list", null);
    host.refused(FailureCode.STORAGE_FAILED, "nextId", null);
    LogHost.await(list);
  }

  @Test
  void isGreaterThanThePrunedNewestAlsoAfterACrashAndWithTheClockSetBack() throws Exception {
    long ahead = time.millis() + 10_000_000;
    start(1);
    host.save(entry(ahead, "error").put("startedAt", 1));
    host.save(completed(ahead + 1));
    assertEquals(List.of("drm-" + (ahead + 1)), host.ids());
    Files.delete(file("drm-" + (ahead + 1)));
    time.setMillis(1_000);
    crash();
    assertTrue(number(host.nextId()) > ahead);
    long last = number(host.nextId());
    Files.deleteIfExists(file("drm-" + last));
    start();
    assertEquals(last + 1, number(host.nextId()));
  }

  @Test
  void nothingIsHandedOutThatIsNotReserved() throws Exception {
    start();
    Files.delete(base.resolve(".dreamkeeper.claim"));
    host.refused(FailureCode.NOT_SERVING, "nextId", null);
  }
}
