package org.dreamkeeper.bus.impl;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.dreamkeeper.bus.DreamkeeperException;

/**
 * How a request ended.
 *
 * @param body of the reply; null in a failure, and in the reply that is {@code null}
 * @param headers of the reply
 * @param failure why it was refused, or null
 * @param kept whether the same answer is given when the {@code requestId} comes again: it is,
 *     unless the request failed without any effect and so may be tried again
 */
record Answer(
    JsonObject body, Map<String, String> headers, DreamkeeperException failure, boolean kept) {
  /** Another request gives it. */
  static final Answer ELSEWHERE = new Answer(null, Map.of(), null, false);

  void send(Message<?> to, String instance) {
    if (failure != null) {
      to.fail(failure.failureCode(), failure.getMessage());
    } else {
      to.reply(body, options(instance));
    }
  }

  DeliveryOptions options(String instance) {
    DeliveryOptions options = new DeliveryOptions().addHeader("instance", instance);
    headers.forEach(options::addHeader);
    return options;
  }
}
