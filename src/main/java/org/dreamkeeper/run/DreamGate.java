package org.dreamkeeper.run;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.impl.OneLine;
import org.dreamkeeper.lock.LockHolder;

/** A gate that keeps a dream from beginning, with the figures that keep it closed. Immutable. */
public sealed interface DreamGate {

  /**
   * Tells when this gate may open.
   *
   * @return the moment; null if that depends on what others do
   */
  Instant nextEligibleAt();

  /**
   * Says in one line why it is closed.
   *
   * @return the line
   */
  String reason();

  /**
   * The last dream is too recent.
   *
   * @param lastDreamAt when it completed
   * @param hours since then
   * @param minHours how many there must be
   * @param nextEligibleAt when there will be
   * @param reason why it is closed, one line
   */
  record Hours(
      Instant lastDreamAt, double hours, double minHours, Instant nextEligibleAt, String reason)
      implements DreamGate {}

  /**
   * Too little was written since the last dream, and no summaries are queued.
   *
   * @param curations how many curations there were
   * @param minCurations how many there must be
   * @param reason why it is closed, one line
   */
  record Curations(long curations, long minCurations, String reason) implements DreamGate {
    @Override
    public Instant nextEligibleAt() {
      return null;
    }
  }

  /**
   * The agent is not idle.
   *
   * @param pendingTasks how many tasks the caller said are pending
   * @param reason why it is closed, one line
   */
  record Tasks(long pendingTasks, String reason) implements DreamGate {
    @Override
    public Instant nextEligibleAt() {
      return null;
    }
  }

  /**
   * Somebody else holds the lock. No option opens this gate.
   *
   * @param holder who
   * @param waiting how many wait for it
   */
  record Lock(LockHolder holder, int waiting) implements DreamGate {
    @Override
    public Instant nextEligibleAt() {
      return holder.expiresAt();
    }

    @Override
    public String reason() {
      return "the lock is held by "
          + holder.owner().map(name -> "\"" + OneLine.of(name) + "\", ").orElse("")
          + "PID "
          + holder.pid()
          + ", until "
          + holder.expiresAt()
          + " at the latest";
    }
  }

  /**
   * The state's file is of a newer version, or cannot be read. No option opens this gate.
   *
   * @param degraded {@code newer} or {@code unreadable}
   * @param reason why it is closed, one line
   */
  record State(String degraded, String reason) implements DreamGate {
    @Override
    public Instant nextEligibleAt() {
      return null;
    }
  }

  /**
   * A gate that this version does not know.
   *
   * @param name the gate's
   * @param reason why it is closed, one line
   * @param nextEligibleAt when it may open; null if that is not known
   */
  record Other(String name, String reason, Instant nextEligibleAt) implements DreamGate {}

  /**
   * Reads what is told of a gate that is closed.
   *
   * @param closed {@code {gate, reason, figures, nextEligibleAt?}}, not null
   * @return the gate
   */
  static DreamGate of(JsonObject closed) {
    String reason = closed.getString("reason");
    JsonObject figures = closed.getJsonObject("figures");
    Long at = closed.getLong("nextEligibleAt");
    Instant next = at == null ? null : Instant.ofEpochMilli(at);
    return switch (closed.getString("gate")) {
      case "hours" ->
          new Hours(
              Instant.ofEpochMilli(figures.getLong("lastDreamAt")),
              figures.getDouble("hours"),
              figures.getDouble("minHours"),
              next,
              reason);
      case "curations" ->
          new Curations(figures.getLong("curations"), figures.getLong("minCurations"), reason);
      case "tasks" -> new Tasks(figures.getLong("pendingTasks"), reason);
      case "lock" ->
          new Lock(LockHolder.of(figures.getJsonObject("holder")), figures.getInteger("waiting"));
      case "state" -> new State(figures.getString("degraded"), reason);
      default -> new Other(closed.getString("gate"), reason, next);
    };
  }
}
