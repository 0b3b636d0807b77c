package org.dreamkeeper.bus.impl.config;

import java.util.Locale;
import java.util.Optional;

/** The constants of an enum as words of the contract: {@code AGENT_IDLE} is {@code agent-idle}. */
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
}
