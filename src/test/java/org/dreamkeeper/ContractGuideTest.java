package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The contract's guide says what the AsyncAPI document does. */
final class ContractGuideTest {
  private static final Path GUIDE = Path.of("src/docs/contract.md");
  private static final Pattern SECTION =
      Pattern.compile("(?s)(<!-- generated: (.*?) -->\n)(.*?)(<!-- end -->\n)");

  /** With {@code -Dregenerate} it is made to say so. */
  @Test
  void saysWhatTheDocumentDoes() throws IOException {
    String guide = Files.readString(GUIDE);
    var sections = ContractGuide.sections();
    List<String> there = new ArrayList<>();
    String generated =
        SECTION
            .matcher(guide)
            .replaceAll(
                found -> {
                  there.add(found.group(2));
                  String section = sections.getOrDefault(found.group(2), "");
                  return Matcher.quoteReplacement(found.group(1) + section + found.group(4));
                });
    if (System.getProperty("regenerate") != null) {
      Files.writeString(GUIDE, generated);
    }
    assertEquals(List.copyOf(sections.keySet()), there);
    assertEquals(
        generated, Files.readString(GUIDE), "mvn test -Dtest=ContractGuideTest -Dregenerate");
  }
}
