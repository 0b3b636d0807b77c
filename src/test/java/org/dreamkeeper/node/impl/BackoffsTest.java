package org.dreamkeeper.node.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;

/** How long what could not be opened is left alone. */
final class BackoffsTest {
  private final ManualTime time = new ManualTime(0);
  private final Backoffs backoffs = new Backoffs(time);

  @Test
  void eachIsTwiceAsLongUpToFiveMinutes() {
    assertEquals(1_000, backoffs.begin("p"));
    assertEquals(2_000, backoffs.begin("p"));
    for (long ms = 4_000; ms < 300_000; ms *= 2) {
      assertEquals(ms, backoffs.begin("p"));
    }
    assertEquals(300_000, backoffs.begin("p"));
    assertEquals(300_000, backoffs.begin("p"));
    assertEquals(1_000, backoffs.begin("q"));
  }

  @Test
  void itRunsOutAndWhatWasOpenedBeginsAnew() {
    backoffs.begin("p");
    backoffs.begin("q");
    backoffs.begin("q");
    assertEquals(Set.of("p", "q"), backoffs.running());
    time.advance(1_000);
    assertEquals(Set.of("q"), backoffs.running());
    backoffs.end("q");
    assertEquals(Set.of(), backoffs.running());
    assertEquals(1_000, backoffs.begin("q"));
    assertEquals(2_000, backoffs.begin("p"));
  }
}
