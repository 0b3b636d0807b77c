package org.dreamkeeper.web.impl;

import java.util.Map;
import java.util.TreeMap;

/** The headers of requests and replies on the bus, and what they are called over HTTP. */
final class BusHeaders {
  /** Those of requests. */
  static final Map<String, String> ASKED =
      new TreeMap<>(
          Map.of(
              "token", "Dreamkeeper-Token",
              "deadline", "Dreamkeeper-Deadline",
              "revision", "Dreamkeeper-Revision",
              "instance", "Dreamkeeper-Instance",
              "requestId", "Idempotency-Key"));

  /** Those of replies. */
  static final Map<String, String> ANSWERED =
      new TreeMap<>(
          Map.of(
              "revision", "Dreamkeeper-Revision",
              "degraded", "Dreamkeeper-Degraded",
              "repeated", "Dreamkeeper-Repeated",
              "instance", "Dreamkeeper-Instance"));

  private BusHeaders() {}
}
