package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: they tell it as text or as JSON, and end with a code. */
abstract class Action implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(names = "--json", description = "tell it as one JSON object")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "what this command takes")
  boolean help;

  private final Terminal terminal;

  Action(Terminal terminal) {
    this.terminal = terminal;
  }

  Terminal terminal() {
    return terminal;
  }

  Out out() {
    return new Out(terminal.out(), terminal.colour() && !json, terminal.clock());
  }

  /** Carries it out, and says how it ended. */
  @Override
  public final Integer call() {
    try {
      return carryOut().code();
    } catch (RuntimeException failure) {
      return Commands.failed(terminal, spec.name(), json, CommandException.of(failure));
    }
  }

  abstract Exit carryOut();

  /** Tells what was found or done: as JSON, or to a person. */
  void tell(JsonObject data, Consumer<Out> person) {
    if (json) {
      out().json(spec.name(), data);
    } else {
      person.accept(out());
    }
  }

  /** Goes on only if somebody agrees, or has said so beforehand. */
  void agreed(boolean yes, String question, String otherwise) {
    if (!yes && !terminal.agrees(question)) {
      throw new CommandException(Exit.REFUSED, otherwise);
    }
  }
}
