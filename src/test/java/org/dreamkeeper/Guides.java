package org.dreamkeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** README and the guides, as text. */
final class Guides {
  static final Path README = Path.of("README.md");
  static final Path DOCS = Path.of("src/docs");

  private static final Pattern LINK = Pattern.compile("(?s)]\\(([^)\\s]+)\\)");
  private static final Pattern FENCED = Pattern.compile("(?s)\n```.*?\n```");

  private Guides() {}

  /** All of them. */
  static List<Path> all() {
    List<Path> all = new ArrayList<>(List.of(README));
    try (Stream<Path> docs = Files.list(DOCS)) {
      docs.filter(each -> each.toString().endsWith(".md")).sorted().forEach(all::add);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return all;
  }

  static String text(Path guide) {
    try {
      return Files.readString(guide);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** A guide without what it shows. */
  static String prose(Path guide) {
    return FENCED.matcher(text(guide)).replaceAll("");
  }

  /** Where a guide leads, as it says it. */
  static List<String> links(Path guide) {
    return LINK.matcher(prose(guide))
        .results()
        .map((MatchResult link) -> link.group(1))
        .filter(link -> !link.startsWith("http"))
        .toList();
  }

  /** The anchors of a guide's headings. */
  static List<String> anchors(Path guide) {
    return prose(guide)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
