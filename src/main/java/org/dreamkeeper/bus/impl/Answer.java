package org.dreamkeeper.bus.impl;

import io.vertx.core.eventbus.DeliveryOptions;
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
  static final Answer ELSEWHERE = refusal(null, false);

  static Answer reply(JsonObject body, Map<String, String> headers) {
    return new Answer(body, headers, null, true);
  }

  static Answer refusal(DreamkeeperException failure, boolean kept) {
    return new Answer(null, Map.of(), failure, kept);
  }

  DeliveryOptions options(String instance) {
    DeliveryOptions options = new DeliveryOptions().addHeader("instance", instance);
    headers.forEach(options::addHeader);
    return options;
  }
}
