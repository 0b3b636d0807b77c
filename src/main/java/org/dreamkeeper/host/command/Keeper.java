package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A project that answers: its host, or a service that this command runs for the moment. */
interface Keeper extends AutoCloseable {

  /**
   * Asks an actor, and waits for the answer.
   *
   * @param body or null
   * @param token of the lock, or null
   * @return the reply's body, or null; a refusal is a {@link CommandException}
   */
  JsonObject ask(String actor, String action, JsonObject body, Long token);

  /** Asks it without a token. */
  default JsonObject ask(String actor, String action, JsonObject body) {
    return ask(actor, action, body, null);
  }

  /** Gives how long a request asks the actor to wait, ms. */
  static long waits(JsonObject body) {
    return body == null ? 0 : Math.max(body.getLong("waitMs", 0L), body.getLong("timeoutMs", 0L));
  }

  /** Gives what was told while the project was put in order; nothing where a host serves it. */
  default JsonArray found() {
    return new JsonArray();
  }

  @Override
  default void close() {
    // There is nothing that stays open.
  }
}
