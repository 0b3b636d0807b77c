package org.dreamkeeper.bus.impl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OneLineTest {
  /** What nobody sees, but for what it does to the rest of the line. */
  private static final IntStream UNSEEN =
      IntStream.of(
          0x00, 0x07, 0x08, 0x0a, 0x0d, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0xad, 0x61c, 0x200b,
          0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xd800,
          0xdfff, 0xfeff, 0xffff, 0xe0041);

  @Test
  void showsWhatCanBeSeenAsItIs() {
    for (String text :
        List.of("", "plain, \"quoted\" \\n", "Füße 夢 \ud83d\ude00 é", "a".repeat(2_000))) {
      assertSame(text, OneLine.of(text));
    }
    assertNull(OneLine.of(null));
  }

  @Test
  void escapesWhatCannotBeSeen() {
    UNSEEN.forEach(
        character -> {
          String shown = OneLine.of("a" + Character.toString(character) + "b");
          assertTrue(shown.matches("a(\\\\[nrt]|(\\\\u[0-9a-f]{4}){1,2})b"), shown);
        });
    assertEquals("a\\nb\\u001b[31m\\u202ec", OneLine.of("a\nb\u001b[31m\u202ec"));
  }

  @Test
  void isOfBoundedLength() {
    assertEquals("x".repeat(2_000) + "…", OneLine.of("x".repeat(1_000_000)));
    assertTrue(OneLine.of("\u0000".repeat(1_000_000)).length() < 2_010);
  }

  @Test
  void allLoggersOfTheProjectUseIt() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      List<String> raw =
          sources
              .filter(each -> each.toString().endsWith(".java") && !each.endsWith("text/Log.java"))
              .filter(each -> read(each).contains("LoggerFactory"))
              .map(Path::toString)
              .toList();
      assertEquals(List.of(), raw);
    }
  }

  private static String read(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
