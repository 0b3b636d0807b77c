package org.dreamkeeper.bus.impl.text;

/** Says what a failure is, whoever made it: an exception may throw when it is asked. */
public final class FailureText {
  /** How much of a text is kept. */
  public static final int MAX_LENGTH = 10_000;

  private FailureText() {}

  /** Gives a failure's message, or what it is where it has none; not null, and not too long. */
  public static String of(Throwable failure) {
    try {
      String message = failure.getMessage();
      return cut(message == null ? failure.toString() : message);
    } catch (Throwable odd) {
      return failure == null ? "a failure without a cause" : failure.getClass().getName();
    }
  }

  /** Cuts a text that is longer than {@link #MAX_LENGTH}. */
  public static String cut(String text) {
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH - 1) + "…";
  }
}
