package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.dreamkeeper.StartException;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.OneLine;

/** A command that could not be carried out; the message is one line for a person. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exit exit;
  private final int code;
  private final String name;

  CommandException(Exit exit, String message) {
    this(exit, exit.code(), exit.name(), message);
  }

  private CommandException(Exit exit, int code, String name, String message) {
    super(OneLine.of(message));
    this.exit = exit;
    this.code = code;
    this.name = name;
  }

  /** Makes one of arguments that are wrong. */
  static CommandException usage(String what) {
    return new CommandException(Exit.USAGE, what);
  }

  /** Makes one of an actor's refusal. */
  static CommandException of(int code, String name, String message) {
    FailureCode known = FailureCode.of(code);
    Exit exit =
        known == null
            ? Exit.FAILED
            : switch (known) {
              case BUSY -> Exit.IN_USE;
              case NOT_HOLDER, SUPERSEDED, REVISION_MISMATCH -> Exit.REFUSED;
              default -> Exit.FAILED;
            };
    return new CommandException(exit, code, name, message);
  }

  /** Makes one of any failure; what nobody expected is told as such. */
  static CommandException of(Throwable failure) {
    if (failure instanceof ExecutionException || failure instanceof CompletionException) {
      return of(failure.getCause());
    }
    if (failure instanceof CommandException known) {
      return known;
    }
    if (failure instanceof IOException unreadable) {
      return new CommandException(Exit.FAILED, DiskText.of(unreadable));
    }
    if (failure instanceof StartException no) {
      boolean inUse = no.reason() == StartException.Reason.DIRECTORY_IN_USE;
      return new CommandException(inUse ? Exit.IN_USE : Exit.FAILED, no.getMessage());
    }
    DreamkeeperException refusal = DreamkeeperException.of(failure);
    return refusal.code() == null
        ? new CommandException(Exit.FAILED, refusal.getMessage())
        : of(refusal.code().code(), refusal.code().name(), refusal.reason());
  }

  Exit exit() {
    return exit;
  }

  JsonObject toJson() {
    return JsonObject.of("code", code, "name", name, "message", getMessage());
  }
}
