package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.fail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.junit5.impl.Quiet;

/** Raw requests, as the tests of single actors send them and wait for them. */
public final class Requests {
  private Requests() {}

  /** Makes the options of a request; the headers are names and values in turn. */
  public static DeliveryOptions options(String action, String... headers) {
    DeliveryOptions options = new DeliveryOptions().addHeader("action", action);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return options;
  }

  /** Sends a request; a failure is a DreamkeeperException. */
  public static Future<Message<JsonObject>> send(
      Vertx vertx, String address, String action, JsonObject body, String... headers) {
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options(action, headers))
        .recover(failure -> Future.failedFuture(DreamkeeperException.of(failure)));
  }

  /** Waits; a failure that is a RuntimeException is thrown as it is. */
  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(Quiet.PATIENCE_S, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      return fail(failure);
    } catch (InterruptedException | TimeoutException failure) {
      return fail(failure);
    }
  }
}
