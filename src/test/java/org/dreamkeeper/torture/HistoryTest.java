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
    List<String> wrong = history.check(Map.of("p", end));
    return wrong.size();
  }

  @Test
  void oneThatCanBe() {
    take("C 50 60 2-1-b 3 5", "C 55 58 2-2-b 4 0", "R 52 59 1-2-a 2 0", "G 61 70 - 0 6");
    assertEquals(0, wrong(4), history.check(Map.of("p", 4L))::toString);
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
    assertEquals(4, wrong(3));
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
  void aTokenGrantedTwiceOrTooLate() {
    take("G 35 40 - 0 6", "G 50 60 - 0 5");
    assertEquals(2, wrong(2));
  }
}
