package org.dreamkeeper.bus.impl.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The constants of an enum as words of the contract, {@code AGENT_IDLE} is {@code agent-idle}; and
 * what a word may mean that is none.
 */
public final class Words {
  private Words() {}

  /** Gives a constant's word. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Finds the constant of a word; empty where there is none. */
  public static <E extends Enum<E>> Optional<E> find(Class<E> type, Object word) {
    for (E each : type.getEnumConstants()) {
      if (of(each).equals(word)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Says what may have been meant by a word that is none of the known ones. */
  public static String meant(String word, List<String> known) {
    return known.stream()
        .filter(each -> distance(each, word) * 3 <= each.length())
        .min(Comparator.comparingInt(each -> distance(each, word)))
        .map(each -> "did you mean " + each + "?")
        .orElse("expected one of " + known);
  }

  /** Counts the letters to change, add or take out; whether they are capitals does not matter. */
  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[] above = new int[b.length() + 1];
    Arrays.setAll(above, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
