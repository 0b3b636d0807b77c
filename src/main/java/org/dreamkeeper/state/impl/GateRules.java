package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.bus.impl.text.OneLine;

/**
 * Judges whether a dream may begin: each gate, in the order in which they are told.
 *
 * <ol>
 *   <li>{@code hours}: the last dream is long enough ago. A dream that only the log knows counts. A
 *       time in the future is no evidence, and gives way to the newest completion in log or lock
 *       that is not.
 *   <li>{@code curations}: enough has been written since, or a summary is queued.
 *   <li>{@code tasks}: the agent is idle.
 *   <li>{@code failures}: the dreams before did not fail, or long enough ago: from the second
 *       failure in a row on, each makes the pause twice as long.
 *   <li>{@code lock}: nobody else holds it. A lease that ran out holds nobody off.
 *   <li>{@code state}: it can be read. What it would say is not guessed at: the gates above do not
 *       close for it.
 * </ol>
 *
 * <p>Those who force it pass all but {@code lock} and {@code state}.
 *
 * @param place where a person finds the state
 * @param facts what lock and log say
 * @param limits {@code {minHours, minCurations, pendingTasks?, force?}}
 * @param own whether the one who asks holds the lock
 */
record GateRules(
    String place, DecodedState decoded, GateFacts facts, JsonObject limits, boolean own, long now) {
  private static final double MS_PER_HOUR = 3_600_000;
  private static final int MIN_FAILURES = 2;
  private static final long MIN_PAUSE_MS = 5 * 60_000;
  private static final long MAX_PAUSE_MS = 6 * 3_600_000;

  /** Tells of all gates, and apart of the first that is closed: {@code {open, closed?, all}}. */
  JsonObject judge() {
    List<JsonObject> gates = List.of(hours(), curations(), tasks(), failures(), lock(), state());
    Optional<JsonObject> closed = gates.stream().filter(GateRules::closed).findFirst();
    JsonObject reply = new JsonObject().put("open", closed.isEmpty());
    closed.ifPresent(gate -> reply.put("closed", gate.copy()));
    gates.forEach(gate -> gate.put("open", !closed(gate)));
    return reply.put("all", new JsonArray(gates));
  }

  private static boolean closed(JsonObject gate) {
    return gate.containsKey("reason");
  }

  /** A gate as it was judged; the reason why it is closed is null where it is not. */
  private static JsonObject gate(String name, JsonObject figures, String reason) {
    JsonObject gate = new JsonObject().put("gate", name);
    return JsonFields.put(gate, "reason", reason).put("figures", figures);
  }

  private JsonObject hours() {
    double minHours = limits.getDouble("minHours");
    JsonObject figures = new JsonObject().put("minHours", limits.getNumber("minHours"));
    Long last = lastDreamAt(figures);
    if (last == null) {
      return gate("hours", figures, null);
    }
    double hours = (now - last) / MS_PER_HOUR;
    figures.put("lastDreamAt", last).put("hours", hours);
    if (forced() || hours >= minHours) {
      return gate("hours", figures, null);
    }
    String reason =
        String.format(
            Locale.ROOT,
            "the last dream was at %s, %.1f h ago, expected at least %s h",
            Instant.ofEpochMilli(last),
            hours,
            limits.getNumber("minHours"));
    long opensAt = last + (long) Math.ceil(minHours * MS_PER_HOUR);
    return gate("hours", figures, reason).put("nextEligibleAt", opensAt);
  }

  /** Gives when the last dream completed, by the best evidence there is; null for never. */
  private Long lastDreamAt(JsonObject figures) {
    JsonObject missing = facts.missing(decoded.state());
    Long told = decoded.state().lastDreamAt();
    Long logged = missing == null ? null : missing.getLong("completedAt");
    boolean doubtful = told == null && decoded.dropped().contains(State.LAST_DREAM_AT);
    for (Long stamp : Arrays.asList(told, logged)) {
      if (stamp != null && stamp > now) {
        figures.put("ignored", stamp);
        doubtful = true;
      }
    }
    return Stream.of(told, logged, doubtful ? facts.past(now) : null)
        .filter(stamp -> stamp != null && stamp <= now)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  private JsonObject curations() {
    long min = limits.getLong("minCurations");
    JsonObject figures = new JsonObject().put("minCurations", min);
    if (decoded.untouchable()) {
      return gate("curations", figures, null);
    }
    long curations = decoded.state().count(State.CURATIONS);
    int queued = decoded.state().array(State.STALE_PATHS).size();
    figures.put("curations", curations).put("queuedSummaries", queued);
    String expected = "expected at least " + min + " or a queued summary";
    boolean open = forced() || curations >= min || queued > 0;
    String reason = curations + " curations since the last dream, " + expected;
    return gate("curations", figures, open ? null : reason);
  }

  private JsonObject tasks() {
    long pending = limits.getLong("pendingTasks", 0L);
    JsonObject figures = new JsonObject().put("pendingTasks", pending);
    String reason = pending + " tasks are pending, expected none";
    return gate("tasks", figures, forced() || pending == 0 ? null : reason);
  }

  private JsonObject failures() {
    int count = facts.log().getInteger("failures", 0);
    JsonObject figures = new JsonObject().put("failures", count);
    if (count < MIN_FAILURES) {
      return gate("failures", figures, null);
    }
    long pauseMs = pauseMs(count);
    figures.put("pauseMs", pauseMs);
    Long failedAt = facts.log().getLong("failedAt");
    if (failedAt == null || failedAt > now) {
      // A time in the future is no evidence, and shuts nothing.
      return gate("failures", figures, null);
    }
    figures.put("lastFailedAt", failedAt);
    long opensAt = failedAt + pauseMs;
    if (forced() || now >= opensAt) {
      return gate("failures", figures, null);
    }
    String reason =
        "the last %d dreams failed, the latest at %s: they pause for %d min, until %s"
            .formatted(
                count,
                Instant.ofEpochMilli(failedAt),
                pauseMs / 60_000,
                Instant.ofEpochMilli(opensAt));
    return gate("failures", figures, reason).put("nextEligibleAt", opensAt);
  }

  /** Twice as long with each failure, up to six hours. */
  private static long pauseMs(int failures) {
    int doublings = Math.min(failures - MIN_FAILURES, 10);
    return Math.min(MIN_PAUSE_MS << doublings, MAX_PAUSE_MS);
  }

  private JsonObject lock() {
    JsonObject holder = facts.lock().getJsonObject("holder");
    int waiting = facts.lock().getInteger("waiting", 0);
    JsonObject figures = new JsonObject().put("held", holder != null).put("waiting", waiting);
    if (holder == null) {
      return gate("lock", figures, null);
    }
    figures.put("holder", holder);
    if (own) {
      return gate("lock", figures.put("own", true), null);
    }
    if (holder.getBoolean("expired", false)) {
      return gate("lock", figures, null);
    }
    String owner = holder.getString("owner");
    String named = owner == null ? "" : "\"" + OneLine.of(owner) + "\", ";
    long until = holder.getLong("expiresAt");
    String reason =
        "the lock is held by %sPID %d, until %s at the latest"
            .formatted(named, holder.getLong("pid"), Instant.ofEpochMilli(until));
    return gate("lock", figures, reason).put("nextEligibleAt", until);
  }

  private JsonObject state() {
    JsonObject figures = new JsonObject();
    if (decoded.degraded() == null) {
      return gate("state", figures, null);
    }
    figures.put("degraded", decoded.degraded()).put("detail", decoded.reason());
    String reason = place + " is " + decoded.degraded() + ": " + decoded.reason();
    return gate("state", figures, decoded.untouchable() ? reason : null);
  }

  private boolean forced() {
    return limits.getBoolean("force", false);
  }
}
