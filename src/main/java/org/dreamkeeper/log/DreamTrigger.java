package org.dreamkeeper.log;

/** What set a dream off. */
public enum DreamTrigger {
  /** The agent had nothing to do. */
  AGENT_IDLE("agent-idle"),
  /** Somebody asked for it. */
  MANUAL("manual"),
  /** A command did. */
  CLI("cli");

  private final String json;

  DreamTrigger(String json) {
    this.json = json;
  }

  /**
   * Gives the name in JSON.
   *
   * @return such as {@code agent-idle}
   */
  public String json() {
    return json;
  }

  /**
   * Finds a trigger by its name in JSON.
   *
   * @param json any value
   * @return the trigger, or null if it is none
   */
  public static DreamTrigger of(Object json) {
    for (DreamTrigger each : values()) {
      if (each.json.equals(json)) {
        return each;
      }
    }
    return null;
  }
}
