package org.dreamkeeper.torture;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ExecutionException;

/** Raw requests to the actors of the project at {@code dream}, as any language would send them. */
record Bus(Vertx vertx) {
  /** Longer than any line takes, however busy the machine is. */
  private static final long PATIENCE_MS = 120_000;

  Future<JsonObject> send(String actor, String action, JsonObject body, String token) {
    DeliveryOptions options =
        new DeliveryOptions().addHeader("action", action).setSendTimeout(PATIENCE_MS);
    if (token != null) {
      options.addHeader("token", token);
    }
    return vertx.eventBus().<JsonObject>request("dream." + actor, body, options).map(Message::body);
  }

  JsonObject ask(String actor, String action, JsonObject body, String token)
      throws ExecutionException, InterruptedException {
    return await(send(actor, action, body, token));
  }

  static <T> T await(Future<T> future) throws ExecutionException, InterruptedException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
