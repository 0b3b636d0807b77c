package org.dreamkeeper.bus.impl;

import io.vertx.core.MultiMap;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.ErrorText;

/**
 * The control headers of a request, parsed.
 *
 * @param token the lock token, positive, or null
 * @param revision the revision that the caller saw, or null
 * @param deadline ms since 1970, or null
 * @param requestId the id by which a repeated request is known, or null
 * @param node the cluster's id of the node on which the requester lives, or null
 * @param instance the deployment that is to carry the request out, or null for any
 * @param waitedMs how long it has waited at a gateway before, ms
 */
record Headers(
    Long token,
    String revision,
    Long deadline,
    String requestId,
    String node,
    String instance,
    long waitedMs) {
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}");
  private static final int MAX_TEXT = 256;
  private static final long NANOS_PER_MS = 1_000_000;

  /** A deadline further away than a century is as good as none, and fits in nanoseconds. */
  private static final long MAX_WAIT_MS = 100L * 366 * 24 * 3_600_000;

  static Headers of(MultiMap headers, Action action) {
    Long token = number(headers, "token");
    if (token == null && action.tokenRequired()) {
      throw invalid("token", "is missing", "the decimal token that tryAcquire gave");
    }
    return new Headers(
        token,
        text(headers, "revision"),
        number(headers, "deadline"),
        text(headers, "requestId"),
        text(headers, "node"),
        text(headers, "instance"),
        headers.contains("waitedMs") ? number(headers, "waitedMs") : 0);
  }

  /** Tells whether a request with these headers is done once, however often it is repeated. */
  boolean repeatable(Action action) {
    return action.writes() && requestId != null;
  }

  /** How long it is until the deadline; 0 where there is none. */
  long untilDeadlineNanos(Time time) {
    long untilMs = deadline == null ? 0 : deadline - time.millis();
    return Math.max(-MAX_WAIT_MS, Math.min(MAX_WAIT_MS, untilMs)) * NANOS_PER_MS;
  }

  private static Long number(MultiMap headers, String name) {
    String value = headers.get(name);
    if (value == null) {
      return null;
    }
    if (!DECIMAL.matcher(value).matches()) {
      throw invalid(name, "is " + ErrorText.show(value), "a decimal number");
    }
    return Long.valueOf(value);
  }

  private static String text(MultiMap headers, String name) {
    String value = headers.get(name);
    if (value != null && (value.isEmpty() || value.length() > MAX_TEXT)) {
      throw invalid(name, "has " + value.length() + " characters", "1 to " + MAX_TEXT);
    }
    return value;
  }

  private static DreamkeeperException invalid(String name, String found, String expected) {
    return new DreamkeeperException(
        FailureCode.INVALID_REQUEST, "header " + name + " " + found + ", expected " + expected);
  }
}
