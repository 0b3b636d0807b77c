package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.ErrorText;

/** What the other actors of a deployment may ask of one of them: its peer address. */
public final class PeerQuestions {
  private final Project project;
  private final String name;
  private final Map<String, Function<JsonObject, Future<JsonObject>>> actions;
  private MessageConsumer<Object> consumer;

  /** Makes one that does not listen yet; each question is answered on the actor's event loop. */
  public PeerQuestions(
      Project project, String name, Map<String, Function<JsonObject, Future<JsonObject>>> actions) {
    this.project = project;
    this.name = name;
    this.actions = Map.copyOf(actions);
  }

  /** Begins to listen; completes when it hears. */
  public Future<Void> start(Vertx vertx) {
    consumer = vertx.eventBus().localConsumer(project.peer(name), this::receive);
    return consumer.completion();
  }

  /** Stops listening; never fails. */
  public Future<Void> stop() {
    return Starts.undone(consumer);
  }

  private void receive(Message<Object> message) {
    answer(message.headers().get("action"), message.body())
        .onSuccess(message::reply)
        .onFailure(
            failure -> {
              DreamkeeperException refusal = DreamkeeperException.of(failure);
              message.fail(refusal.failureCode(), refusal.getMessage());
            });
  }

  private Future<JsonObject> answer(String action, Object body) {
    Function<JsonObject, Future<JsonObject>> known = actions.get(String.valueOf(action));
    if (known == null || !(body instanceof JsonObject details)) {
      return refused(action);
    }
    try {
      return known.apply(details);
    } catch (ClassCastException | NullPointerException malformed) {
      return refused(action);
    } catch (Throwable failure) {
      return Future.failedFuture(failure);
    }
  }

  private static Future<JsonObject> refused(String action) {
    return Future.failedFuture(
        new DreamkeeperException(
            FailureCode.INVALID_REQUEST, ErrorText.show(action) + " is no question of a peer's"));
  }
}
