package org.dreamkeeper.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModesTest {
  @ParameterizedTest
  @CsvSource({"600, 600", "640, 600", "604, 600", "644, 644", "664, 644", "646, 644", "777, 777"})
  void withoutTheOldOwnerOrGroupNobodySeesMoreThanBefore(String old, String now) {
    assertEquals(now, Integer.toOctalString(Modes.closed(Integer.parseInt(old, 8))));
  }
}
