package org.dreamkeeper.bus.impl.text;

import java.util.Objects;

/** Stands for a failure in the log where a message of it, or of a cause, is more than one line. */
public final class LoggedFailure extends Throwable {
  private static final long serialVersionUID = 1L;

  /** Of a chain that is longer, or leads back to itself, the rest is left out. */
  private static final int MAX_CAUSES = 20;

  private LoggedFailure(Throwable failure, int causes) {
    super(
        failure.getClass().getName() + ": " + OneLine.of(FailureText.of(failure)),
        causes == 0 || failure.getCause() == null
            ? null
            : new LoggedFailure(failure.getCause(), causes - 1),
        false,
        true);
    setStackTrace(failure.getStackTrace());
  }

  /** Gives the failure itself where all of it can be logged. */
  static Throwable of(Throwable failure) {
    int causes = 0;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (!plain(each) || ++causes > MAX_CAUSES || each.getSuppressed().length > 0) {
        return new LoggedFailure(failure, MAX_CAUSES);
      }
    }
    return failure;
  }

  private static boolean plain(Throwable failure) {
    try {
      String message = failure.getMessage();
      return Objects.equals(OneLine.of(message), message);
    } catch (Throwable odd) {
      return false;
    }
  }
}
