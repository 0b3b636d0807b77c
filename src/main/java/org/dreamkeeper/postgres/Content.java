package org.dreamkeeper.postgres;

/** What stands in a {@link Cell}; the same instance while nothing has changed. */
final class Content {
  private final String text;

  Content(String text) {
    this.text = text;
  }

  /** The JSON; null if there is none. */
  String text() {
    return text;
  }
}
