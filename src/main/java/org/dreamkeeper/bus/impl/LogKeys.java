package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The keys by which a dream is followed through the logs, as SLF4J key-value pairs: they stand
 * beside the message, in whatever form the log backend gives them. (Not the MDC: that belongs to a
 * thread, and an event loop serves everybody.)
 */
public final class LogKeys {
  /** The id of the dream's log entry. */
  public static final String RUN_ID = "runId";

  /** The dream's lock token. */
  public static final String TOKEN = "token";

  /** The caller's id of a request. */
  public static final String REQUEST_ID = "requestId";

  private LogKeys() {}

  /**
   * Says which dream a line is about.
   *
   * @param line the line; changed
   * @param runId the id of its entry; null where it has none yet
   * @param token its lock token; null where it has none
   * @return the line
   */
  public static LoggingEventBuilder dream(LoggingEventBuilder line, String runId, Long token) {
    LoggingEventBuilder named =
        runId == null ? line : line.addKeyValue(RUN_ID, ErrorText.bare(runId));
    return token == null ? named : named.addKeyValue(TOKEN, token);
  }

  /**
   * Says which request a line is about.
   *
   * @param line the line; changed
   * @param request the request
   * @return the line
   */
  public static LoggingEventBuilder request(LoggingEventBuilder line, Request request) {
    return request(line, runId(request.body()), request.token(), request);
  }

  static LoggingEventBuilder request(
      LoggingEventBuilder line, String runId, Long token, Request request) {
    LoggingEventBuilder named = dream(line, runId, token);
    return request.requestId() == null
        ? named
        : named.addKeyValue(REQUEST_ID, ErrorText.bare(request.requestId()));
  }

  /** Finds the entry's id in a body: {@code id} of the log's, {@code logId} of the state's. */
  static String runId(JsonObject body) {
    Object id = body.containsKey("id") ? body.getValue("id") : body.getValue("logId");
    return id instanceof String text ? text : null;
  }
}
