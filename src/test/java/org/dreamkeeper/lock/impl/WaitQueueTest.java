package org.dreamkeeper.lock.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.impl.WaitQueue.Waiter;
import org.junit.jupiter.api.Test;

/** First come, first served, until somebody's time or deadline is over. */
final class WaitQueueTest {
  private final ManualTime time = new ManualTime(1_795_392_000_000L);

  /** On the monotonic clock, ns; whoever is not in it has none. */
  private final Map<String, Long> deadlines = new HashMap<>();

  private final WaitQueue<String> queue = new WaitQueue<>(time, this::untilDeadline);

  private long untilDeadline(String who) {
    Long at = deadlines.get(who);
    return at == null ? Long.MAX_VALUE : at - time.nanos();
  }

  private void join(long waitMs, String... all) {
    for (String each : all) {
      queue.join(each, waitMs);
    }
  }

  private void deadlineIn(String who, long ms) {
    deadlines.put(who, time.nanos() + ms * 1_000_000);
  }

  @Test
  void isServedInOrder() {
    join(60_000, "a", "b", "c");
    assertEquals(3, queue.size());
    assertEquals("a", queue.first().who());
    assertEquals("b", queue.first().who());
    assertEquals("c", queue.first().who());
    assertNull(queue.first());
    assertEquals(0, queue.size());
  }

  @Test
  void whoCouldNotBeServedIsFirstAgainAndHasWaitedMeanwhile() {
    join(1_000, "a", "b");
    Waiter<String> first = queue.first();
    time.advance(400);
    queue.back(first);
    assertEquals(List.of("a", "b"), queue.all().toList());
    time.advance(600);
    assertEquals(List.of("a", "b"), queue.overdue());
  }

  @Test
  void nobodyIsOverdueBeforeHisTime() {
    join(1_000, "a");
    join(2_000, "b");
    assertEquals(1_000, queue.nextMs());
    time.advance(999);
    assertEquals(List.of(), queue.overdue());
    assertEquals(1, queue.nextMs());
    time.advance(1);
    assertEquals(List.of("a"), queue.overdue());
    assertEquals(List.of("b"), queue.all().toList());
    assertEquals(1_000, queue.nextMs());
  }

  @Test
  void aDeadlineCountsIfItIsEarlier() {
    join(1_000, "a", "b", "c");
    deadlineIn("b", 500);
    deadlineIn("c", 5_000);
    assertTrue(queue.nextMs() <= 501, queue.nextMs() + " ms");
    time.advance(500);
    assertEquals(List.of(), queue.overdue(), "it is just not over");
    time.advance(queue.nextMs());
    assertEquals(List.of("b"), queue.overdue());
    time.advance(queue.nextMs());
    assertEquals(List.of("a", "c"), queue.overdue());
  }

  @Test
  void whenTheAlarmOfTheNextRingsHeIsOverdue() {
    join(7, "a");
    join(3, "b");
    deadlineIn("a", 5);
    for (String each : List.of("b", "a")) {
      time.advance(queue.nextMs());
      assertEquals(List.of(each), queue.overdue());
    }
    assertTrue(queue.nextMs() > 1_000_000_000L, "nobody waits");
  }

  @Test
  void theWallClockIsNoConcernOfTheirs() {
    join(1_000, "a");
    time.setMillis(time.millis() + 3_600_000);
    assertEquals(List.of(), queue.overdue());
    time.setMillis(0);
    time.advance(1_000);
    assertEquals(List.of("a"), queue.overdue());
  }

  @Test
  void someLeaveAndTheOthersKeepTheirOrder() {
    join(1_000, "a1", "b1", "a2", "b2");
    assertEquals(List.of("a1", "a2"), queue.leave(who -> who.startsWith("a")));
    assertEquals(List.of("b1", "b2"), queue.all().toList());
    assertEquals(List.of("b1", "b2"), queue.leave(who -> true));
    assertEquals(List.of(), queue.leave(who -> true));
  }

  @Test
  void manyLeaveInOneSweep() {
    for (int i = 0; i < 100_000; i++) {
      queue.join("w" + i, 1_000);
    }
    time.advance(1_000);
    assertEquals(100_000, queue.overdue().size());
  }
}
