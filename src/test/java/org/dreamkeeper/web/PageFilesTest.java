package org.dreamkeeper.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page's files are held to, whatever they show. */
final class PageFilesTest {
  static final Path FOLDER = Path.of("src/main/resources/org/dreamkeeper/web/page");
  private static final int MOST = 60 * 1024;

  /** What makes nodes or programs from text, or asks somebody else. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|\\beval\\b|Function\\("
              + "|style=|\\son[a-z]+=\"|https?://(?!www\\.w3\\.org/2000/svg)|javascript:"
              + "|localStorage|sessionStorage|document\\.cookie");

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @Test
  void theyAreSmall() throws IOException {
    long all = 0;
    for (Path file : files()) {
      all += Files.size(file);
    }
    assertTrue(all <= MOST, all + " bytes, expected at most " + MOST);
  }

  @Test
  void theyMakeNothingOfTextAndAskNobodyElse() throws IOException {
    for (Path file : files()) {
      List<String> found =
          FORBIDDEN
              .matcher(Files.readString(file, StandardCharsets.UTF_8))
              .results()
              .map(each -> each.group())
              .toList();
      assertEquals(List.of(), found, file.toString());
    }
  }
}
