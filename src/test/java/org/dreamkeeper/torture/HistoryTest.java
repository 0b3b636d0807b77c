package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the checker of histories finds. */
final class HistoryTest {
  private final History history = new History();

  @BeforeEach
  void begin() {
    take("C 10 20 1-1-a 1 0", "C 15 30 1-2-a 2 0", "R 31 40 1-2-a 2 0", "G 1 2 - 0 5");
  }

  private void take(String... answers) {
    for (String each : answers) {
      history.take("H p " + each);
    }
  }

  private int wrong(long end) {
    return history.check(Map.of("p", end)).wrong().size();
  }

  @Test
  void oneThatCanBe() {
    take("C 50 60 2-1-b 3 5", "C 55 58 2-2-b 4 0", "R 52 59 1-2-a 2 0", "G 61 70 - 0 6");
    assertEquals(List.of(), history.check(Map.of("p", 4L)).wrong());
  }

  @Test
  void aCountThatIsLost() {
    take("C 50 60 2-1-b 2 0");
    assertEquals(2, wrong(2));
  }

  @Test
  void aCountThatIsDoneTwice() {
    take("C 50 60 2-1-b 4 0");
    assertEquals(1, wrong(4));
  }

  @Test
  void oneOfWhichNobodyKnows() {
    history.mayHave("p", 1);
    take("C 50 60 2-1-b 4 0");
    assertEquals(0, wrong(4));
  }

  @Test
  void aWriteInThePast() {
    take("C 50 60 1-0-b 1 0");
    assertEquals(3, wrong(3));
  }

  @Test
  void aReadOfThePast() {
    take("R 50 60 1-1-a 1 0");
    assertEquals(1, wrong(2));
  }

  @Test
  void aTokenThatWritesAfterAGreaterOne() {
    take("G 35 40 - 0 6", "C 50 60 1-3-a 3 5");
    assertEquals(1, wrong(3));
  }

  @Test
  void aReadOfWhatWasNeverThere() {
    take("R 50 60 1-2-a 3 0");
    assertEquals(1, wrong(2));
  }

  @Test
  void aRoundGoesOnWhereTheOneBeforeEnded() {
    assertEquals(0, wrong(2));
    take("C 50 60 1-3-a 3 5", "G 61 70 - 0 6");
    assertEquals(0, wrong(3));
    take("C 80 90 1-4-a 4 5", "C 91 92 1-2-a 5 0", "G 93 94 - 0 6");
    assertEquals(5, wrong(5));
  }

  @Test
  void whatIsWrongIsCounted() {
    take("C 50 60 2-1-b 3 0", "C 61 62 2-2-b 4 5", "G 45 49 - 0 6", "G 45 49 - 0 6");
    String verdict = history.check(Map.of("p", 3L)).toString();
    assertEquals(
        "8 answers checked, 1 lost, 0 doubled, 1 double grants, 1 deposed writes, 3 wrong",
        verdict);
  }

  @Test
  void howeverLongItIsItTakesNotMuchMoreThanAsLong() {
    History many = new History();
    int answers = Rounds.of(100_000, 1_000_000);
    for (int i = 1; i <= answers / 4; i++) {
      long at = i * 10L;
      many.take("H p G %d %d - 0 %d".formatted(at, at + 3, i));
      many.take("H p C %d %d 1-%d-a %d %d".formatted(at + 4, at + 8, 2 * i - 1, 2 * i - 1, i));
      many.take("H p C %d %d 1-%d-a %d 0".formatted(at + 4, at + 8, 2 * i, 2 * i));
      many.take("H p R %d %d 1-%d-a %d 0".formatted(at + 5, at + 9, 2 * i, 2 * i));
    }
    long begun = System.nanoTime();
    assertEquals(List.of(), many.check(Map.of("p", answers / 2L)).wrong());
    long ms = (System.nanoTime() - begun) / 1_000_000;
    Rounds.report("a history of " + answers + " answers checked in " + ms + " ms");
  }

  @Test
  void aTokenGrantedTwiceOrTooLate() {
    take("G 35 40 - 0 6", "G 50 60 - 0 5");
    assertEquals(2, wrong(2));
  }
}
