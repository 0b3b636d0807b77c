package org.dreamkeeper.log;

import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Words;

/** How far a dream has come. */
public enum DreamStatus {
  /** It is running, or was when its host died. */
  PROCESSING,
  /** It did all it meant to. */
  COMPLETED,
  /** It was cut short; what it did until then stands. */
  PARTIAL,
  /** It failed. */
  ERROR,
  /** Its operations were reverted. */
  UNDONE;

  /** {@return the name in JSON, such as {@code processing}} */
  public String json() {
    return Words.of(this);
  }

  /**
   * {@return the constant with that name in JSON; empty if it is none}
   *
   * @param json any value
   */
  public static Optional<DreamStatus> of(Object json) {
    return Words.find(DreamStatus.class, json);
  }
}
