package org.dreamkeeper.host.command;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.DreamkeeperVerticle;

/** Runs the service for the moment, where nobody serves a project. */
final class LocalKeeper implements Keeper {
  private final Vertx vertx;
  private final Target target;
  private final Terminal terminal;

  /** Read once the deployment is complete; the bus's threads fill it. */
  private final JsonArray found = new JsonArray();

  /**
   * Starts it: to serve the project, or to look at it without claiming or changing anything.
   *
   * @param vertx is closed with it
   * @param terminal knows how long it waits for a store that is silent
   */
  LocalKeeper(Vertx vertx, Terminal terminal, Target target, DreamkeeperVerticle verticle) {
    this.vertx = vertx;
    this.target = target;
    this.terminal = terminal;
    try {
      MessageConsumer<JsonObject> events =
          vertx.eventBus().localConsumer(target.address() + ".events", this::heard);
      Patience.await(events.completion());
      Patience.await(
          vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(target.config())),
          verticle::silentMs,
          terminal.patienceMs());
      // An overview does not wait for what others have changed; this does.
      ask("state", "gates", JsonObject.of("quiet", true));
    } catch (RuntimeException failure) {
      // What hangs ends with the process.
      close(terminal.patienceMs() / 2);
      target.stillThere(terminal);
      throw failure;
    }
  }

  private synchronized void heard(Message<JsonObject> event) {
    found.add(event.body());
  }

  @Override
  public synchronized JsonArray found() {
    return found.copy();
  }

  @Override
  public JsonObject ask(String actor, String action, JsonObject body, Long token) {
    long waitMs = Patience.LONG_MS + Keeper.waits(body);
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(waitMs);
    options.addHeader("action", action);
    if (token != null) {
      options.addHeader("token", token.toString());
    }
    Future<Message<JsonObject>> reply =
        vertx.eventBus().request(target.address() + "." + actor, body, options);
    try {
      return Patience.await(reply, 2 * waitMs).body();
    } finally {
      // What is not there is an empty project to the actors.
      target.stillThere(terminal);
    }
  }

  @Override
  public void close() {
    close(Patience.LONG_MS);
  }

  private void close(long patienceMs) {
    try {
      Patience.await(vertx.close(), patienceMs);
    } catch (CommandException unclean) {
      // The command has said what it had to; what hangs ends with the process.
    }
  }
}
