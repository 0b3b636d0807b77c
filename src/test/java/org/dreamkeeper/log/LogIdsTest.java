package org.dreamkeeper.log;

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
  void isGreaterThanAllOnDiskOfAtMostSixteenDigits() throws Exception {
    put(completed(8_000_000_000_000_000L));
    put("drm-99999999999999999", "{");
    start();
    assertEquals("drm-8000000000000001", host.nextId());
    put("drm-8100000000000000", "corrupt");
    assertEquals("drm-8100000000000001", host.nextId());
  }

  @Test
  void isGreaterThanThePrunedNewestAlsoAfterACrashAndWithTheClockSetBack() throws Exception {
    long ahead = time.millis() + 10_000_000;
    start(1);
    host.save(entry(ahead, "error").put("startedAt", 1));
    host.save(completed(5));
    host.save(completed(6));
    assertEquals(List.of("drm-6"), host.ids());
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
    host.refused(FailureCode.STORAGE_FAILED, "nextId", null);
  }

  @Test
  void noIdIsLeftAboveTheHighest() throws Exception {
    put(completed(9_999_999_999_999_999L));
    start();
    host.refused(FailureCode.STORAGE_FAILED, "nextId", null);
    assertEquals(1, host.ids().size());
  }
}
