package org.dreamkeeper.host.command;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.StartException;

/** Runs the service for the moment, where nobody serves a project. */
final class LocalKeeper implements Keeper {
  private static final long PATIENCE_MS = 40_000;

  private final Vertx vertx;
  private final String address;

  /** Read once the deployment is complete; the bus's threads fill it. */
  private final JsonArray found = new JsonArray();

  /** Starts it: to serve the project, or to look at it without claiming or changing anything. */
  LocalKeeper(Target target, DreamkeeperVerticle verticle) {
    this.address = target.address();
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)));
    try {
      await(
          vertx
              .eventBus()
              .<JsonObject>localConsumer(address + ".events", this::heard)
              .completion());
      await(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(target.config())));
      // An overview does not wait for what others have changed; this does.
      ask("state", "gates", JsonObject.of("quiet", true));
    } catch (RuntimeException failure) {
      close();
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
  public JsonObject ask(String actor, String action, JsonObject body, String... headers) {
    DeliveryOptions options = new DeliveryOptions().addHeader("action", action);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    long patienceMs = PATIENCE_MS + Keeper.waits(body);
    options.setSendTimeout(patienceMs);
    return await(
            vertx.eventBus().<JsonObject>request(address + "." + actor, body, options),
            2 * patienceMs)
        .body();
  }

  private static <T> T await(Future<T> future) {
    return await(future, PATIENCE_MS);
  }

  private static <T> T await(Future<T> future, long patienceMs) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(patienceMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failure) {
      throw refusal(failure.getCause());
    } catch (TimeoutException silent) {
      throw new CommandException(Exit.FAILED, "no answer for " + patienceMs / 1000 + " s");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandException(Exit.FAILED, "it was stopped");
    }
  }

  private static CommandException refusal(Throwable failure) {
    if (failure instanceof StartException no) {
      boolean inUse = no.reason() == StartException.Reason.DIRECTORY_IN_USE;
      return new CommandException(inUse ? Exit.IN_USE : Exit.FAILED, no.getMessage());
    }
    return CommandException.of(failure);
  }

  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (CommandException unclean) {
      // The command has said what it had to; what hangs ends with the process.
    }
  }
}
