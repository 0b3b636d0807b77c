package org.dreamkeeper.host.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.DreamkeeperOptions;

/** What is done to whole projects while nobody serves them. */
abstract class WholeProject extends Action {
  WholeProject(Terminal terminal) {
    super(terminal);
  }

  /** Does it; gives what is told of it: {@code {text, …}}. */
  abstract Future<JsonObject> carryOut(Vertx vertx);

  @Override
  final Exit carryOut() {
    Vertx vertx = terminal().vertx().get();
    try {
      JsonObject told = carryOut(vertx).toCompletionStage().toCompletableFuture().join();
      String text = (String) told.remove("text");
      tell(told, out -> text.lines().forEach(out::line));
      return Exit.DONE;
    } catch (IllegalArgumentException wrong) {
      throw CommandException.usage(wrong.getMessage());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** Gives the project that an argument names. */
  DreamkeeperOptions place(String name, String place) {
    return terminal().place(name, place, null);
  }
}
