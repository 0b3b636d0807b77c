package org.dreamkeeper.log;

/** How far a dream has come. */
public enum DreamStatus {
  /** It is running, or was when its host died. */
  PROCESSING("processing"),
  /** It did all it meant to. */
  COMPLETED("completed"),
  /** It was cut short; what it did until then stands. */
  PARTIAL("partial"),
  /** It failed. */
  ERROR("error"),
  /** Its operations were reverted. */
  UNDONE("undone");

  private final String json;

  DreamStatus(String json) {
    this.json = json;
  }

  /**
   * Gives the name in JSON.
   *
   * @return such as {@code processing}
   */
  public String json() {
    return json;
  }

  /**
   * Finds a status by its name in JSON.
   *
   * @param json any value
   * @return the status, or null if it is none
   */
  public static DreamStatus of(Object json) {
    for (DreamStatus each : values()) {
      if (each.json.equals(json)) {
        return each;
      }
    }
    return null;
  }
}
