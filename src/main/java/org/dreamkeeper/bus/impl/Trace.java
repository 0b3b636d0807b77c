package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.DreamkeeperException;
import org.slf4j.Logger;

/** One line, at DEBUG, for each request that is answered and each event. */
final class Trace {
  private static final Logger LOG = Log.of(Trace.class);

  private Trace() {}

  static void answered(String address, Request request, Answer end) {
    if (!LOG.isDebugEnabled()) {
      return;
    }
    JsonObject reply = end.body() == null ? new JsonObject() : end.body();
    Long token = request.token();
    if (token == null && reply.getValue("token") instanceof Number granted) {
      token = granted.longValue();
    }
    String runId = LogKeys.runId(request.body());
    LogKeys.request(LOG.atDebug(), runId == null ? LogKeys.runId(reply) : runId, token, request)
        .log(
            "{} {}: {}",
            address,
            request.action(),
            end.failure() == null ? "answered" : end.failure().getMessage());
  }

  static void refused(String address, String action, DreamkeeperException refusal) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} {}: {}", address, ErrorText.show(action), refusal.getMessage());
    }
  }

  static void published(JsonObject event) {
    if (LOG.isDebugEnabled()) {
      Long token = event.getValue("token") instanceof Number number ? number.longValue() : null;
      LogKeys.dream(LOG.atDebug(), LogKeys.runId(event), token).log("event {}", event);
    }
  }
}
