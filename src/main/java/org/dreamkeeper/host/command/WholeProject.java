package org.dreamkeeper.host.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.dreamkeeper.DreamkeeperOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is done to whole projects while nobody serves them. */
abstract class WholeProject implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(names = "--json", description = "tell it as one JSON object")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "what this command takes")
  boolean help;

  private final Terminal terminal;

  WholeProject(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Does it; gives what is told of it: {@code {text, …}}. */
  abstract Future<JsonObject> carryOut(Vertx vertx);

  @Override
  public final Integer call() {
    Vertx vertx = Vertx.vertx();
    try {
      JsonObject told = carryOut(vertx).toCompletionStage().toCompletableFuture().join();
      Out out = new Out(terminal.out(), false, terminal.clock());
      String text = (String) told.remove("text");
      if (json) {
        out.json(spec.name(), told);
      } else {
        text.lines().forEach(out::line);
      }
      return Exit.DONE.code();
    } catch (IllegalArgumentException wrong) {
      return failed(new CommandException(Exit.USAGE, wrong.getMessage()));
    } catch (CompletionException failure) {
      return failed(CommandException.of(failure.getCause()));
    } catch (CommandException no) {
      return failed(no);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private int failed(CommandException failure) {
    return Commands.failed(terminal, spec.name(), json, failure);
  }

  /** Gives the project that an argument names. */
  DreamkeeperOptions place(String name, String place) {
    return terminal.place(name, place, null);
  }
}
