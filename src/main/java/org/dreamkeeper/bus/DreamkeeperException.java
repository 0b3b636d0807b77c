package org.dreamkeeper.bus;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.dreamkeeper.bus.impl.text.FailureText;
import org.dreamkeeper.bus.impl.text.OneLine;

/**
 * A request that was refused, or did not get through.
 *
 * <p>It is a {@link ReplyException}, so that {@code recover} reads the same for users of the raw
 * event bus and of the typed clients. The message is one line, {@code NAME: reason}.
 */
public final class DreamkeeperException extends ReplyException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes a refusal.
   *
   * @param code why
   * @param reason what is wrong and where, without the code's name; line breaks become spaces
   */
  public DreamkeeperException(FailureCode code, String reason) {
    this(code, reason, null);
  }

  // The causes go through the constructor: the superclass leaves initCause no chance.
  private DreamkeeperException(FailureCode code, String reason, Throwable cause) {
    super(ReplyFailure.RECIPIENT_FAILURE, code.code(), code + ": " + oneLine(reason), cause, false);
  }

  private DreamkeeperException(ReplyException origin) {
    super(
        origin.failureType(), origin.failureCode(), OneLine.of(origin.getMessage()), origin, false);
  }

  /**
   * Makes any failure of a request one of this type.
   *
   * @param failure what a request's future failed with
   * @return the failure itself, or a copy of it; anything that is no {@link ReplyException} is
   *     INTERNAL
   */
  public static DreamkeeperException of(Throwable failure) {
    if (failure instanceof DreamkeeperException already) {
      return already;
    }
    if (failure instanceof ReplyException reply) {
      return new DreamkeeperException(reply);
    }
    return new DreamkeeperException(FailureCode.INTERNAL, shown(failure), failure);
  }

  /**
   * Gives the contract's code.
   *
   * @return the code, or null where the bus itself failed (no handlers, timeout): then {@link
   *     #failureType()} tells
   */
  public FailureCode code() {
    return failureType() == ReplyFailure.RECIPIENT_FAILURE ? FailureCode.of(failureCode()) : null;
  }

  private static String shown(Throwable failure) {
    try {
      return String.valueOf(failure);
    } catch (RuntimeException | StackOverflowError odd) {
      return FailureText.of(failure);
    }
  }

  /**
   * Tells whether the request may have been carried out, or a part of it: no answer came, or there
   * was a bug, or the disk said no.
   *
   * @return whether to look before another try; if not, nothing was changed
   */
  public boolean inDoubt() {
    return failureType() == ReplyFailure.TIMEOUT
        || code() == FailureCode.INTERNAL
        || code() == FailureCode.STORAGE_FAILED;
  }

  /**
   * Gives the message without the code's name.
   *
   * @return one line; not null
   */
  public String reason() {
    return code() == null ? getMessage() : getMessage().substring(getMessage().indexOf(": ") + 2);
  }

  private static String oneLine(String reason) {
    return OneLine.of(reason.replaceAll("[\\r\\n]+", " "));
  }
}
