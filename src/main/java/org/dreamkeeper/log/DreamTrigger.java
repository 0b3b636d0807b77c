package org.dreamkeeper.log;

import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Words;

/** What set a dream off. */
public enum DreamTrigger {
  /** The agent had nothing to do. */
  AGENT_IDLE,
  /** Somebody asked for it. */
  MANUAL,
  /** A command did. */
  CLI;

  /** {@return the name in JSON, such as {@code agent-idle}} */
  public String json() {
    return Words.of(this);
  }

  /**
   * {@return the constant with that name in JSON; empty if it is none}
   *
   * @param json any value
   */
  public static Optional<DreamTrigger> of(Object json) {
    return Words.find(DreamTrigger.class, json);
  }
}
