package org.dreamkeeper.postgres;

import io.vertx.core.AsyncResult;
import io.vertx.pgclient.PgException;
import org.dreamkeeper.bus.impl.text.OneLine;

/** A statement that gave no result. The message says why, in one line, without credentials. */
final class DatabaseFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is known of it. */
  enum Kind {
    /** It was never sent. */
    UNSENT,
    /** The server has refused it: it changed nothing, and would be refused again. */
    REFUSED,
    /** It may have been carried out, or may still be. */
    UNKNOWN
  }

  private final Kind kind;

  DatabaseFailure(Kind kind, String message) {
    super(OneLine.of(message));
    this.kind = kind;
  }

  /** Makes one of what a statement failed with that was sent. */
  static DatabaseFailure of(Throwable failure) {
    // With any other severity the server ends the session, at any moment of the statement.
    return failure instanceof PgException answer && "ERROR".equals(answer.getSeverity())
        ? new DatabaseFailure(Kind.REFUSED, answer.getErrorMessage())
        : new DatabaseFailure(Kind.UNKNOWN, reason(failure));
  }

  /** Says why there is no connection, or no answer. */
  static String reason(Throwable failure) {
    if (failure instanceof PgException answer) {
      return answer.getErrorMessage();
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** Tells whether the server has answered, if only to refuse. */
  static boolean answered(AsyncResult<?> end) {
    return end.succeeded()
        || (end.cause() instanceof DatabaseFailure failure && failure.kind == Kind.REFUSED);
  }

  Kind kind() {
    return kind;
  }
}
