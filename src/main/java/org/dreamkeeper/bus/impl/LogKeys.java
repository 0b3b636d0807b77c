package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.json.ErrorText;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The keys by which a dream is followed through the logs, as SLF4J key-value pairs: they stand
 * beside the message, in whatever form the log backend gives them. (Not the MDC: that belongs to a
 * thread, and an event loop serves everybody.)
 */
public final class LogKeys {
  private LogKeys() {}

  /** Says which dream a line is about: the id of its entry and its lock token, or null. */
  public static LoggingEventBuilder dream(LoggingEventBuilder line, String runId, Long token) {
    LoggingEventBuilder named =
        runId == null ? line : line.addKeyValue("runId", ErrorText.bare(runId));
    return token == null ? named : named.addKeyValue("token", token);
  }

  /** Says which request a line is about. */
  public static LoggingEventBuilder request(LoggingEventBuilder line, Request request) {
    return answer(line, request, new JsonObject());
  }

  /** Says which request a line is about; what the request does not name, its reply may. */
  static LoggingEventBuilder answer(LoggingEventBuilder line, Request request, JsonObject reply) {
    String runId = runId(request.body());
    LoggingEventBuilder named =
        dream(
            line,
            runId == null ? runId(reply) : runId,
            request.token() == null ? token(reply) : request.token());
    return request.requestId() == null
        ? named
        : named.addKeyValue("requestId", ErrorText.bare(request.requestId()));
  }

  /** Says which dream an event is about. */
  static LoggingEventBuilder event(LoggingEventBuilder line, JsonObject event) {
    return dream(line, runId(event), token(event));
  }

  /** Finds the entry's id in a body: {@code id} of the log's, {@code logId} of the state's. */
  private static String runId(JsonObject body) {
    return body.getValue("id", body.getValue("logId")) instanceof String id ? id : null;
  }

  private static Long token(JsonObject body) {
    return body.getValue("token") instanceof Number token ? token.longValue() : null;
  }
}
