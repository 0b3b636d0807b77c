package org.dreamkeeper.run;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.config.HourCount;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.lock.LockHolder;
import org.dreamkeeper.state.Degraded;

/** A gate that keeps a dream from beginning, with the figures that keep it closed. Immutable. */
public sealed interface DreamGate {

  /** {@return when it may open; empty if that depends on what others do} */
  default Optional<Instant> nextEligibleAt() {
    return Optional.empty();
  }

  /** {@return why it is closed, one line} */
  String reason();

  /**
   * The last dream is too recent.
   *
   * @param lastDreamAt when it completed
   * @param elapsed how long that is ago
   * @param minInterval how long ago it must be
   * @param nextEligibleAt when it will be
   * @param reason why it is closed, one line
   */
  record Hours(
      Instant lastDreamAt,
      Duration elapsed,
      Duration minInterval,
      Optional<Instant> nextEligibleAt,
      String reason)
      implements DreamGate {}

  /**
   * Too little was written since the last dream, and no summaries are queued.
   *
   * @param curations how many curations there were
   * @param minCurations how many there must be
   * @param reason why it is closed, one line
   */
  record Curations(long curations, long minCurations, String reason) implements DreamGate {}

  /**
   * The agent is not idle.
   *
   * @param pendingTasks how many tasks the caller said are pending
   * @param reason why it is closed, one line
   */
  record Tasks(long pendingTasks, String reason) implements DreamGate {}

  /**
   * The latest dreams failed, one after the other: the next one waits, the longer the more there
   * are.
   *
   * @param failures how many failed in a row, 2 at least
   * @param lastFailedAt when the latest one did
   * @param pause how long after that one the next may begin: 5 min to 6 h
   * @param nextEligibleAt when that is
   * @param reason why it is closed, one line
   */
  record Failures(
      int failures,
      Instant lastFailedAt,
      Duration pause,
      Optional<Instant> nextEligibleAt,
      String reason)
      implements DreamGate {}

  /**
   * Somebody else holds the lock. No option opens this gate.
   *
   * @param holder who
   * @param waiting how many wait for it
   */
  record Lock(LockHolder holder, int waiting) implements DreamGate {
    @Override
    public Optional<Instant> nextEligibleAt() {
      return Optional.of(holder.expiresAt());
    }

    @Override
    public String reason() {
      String owner = holder.owner().map(name -> "\"" + OneLine.of(name) + "\", ").orElse("");
      return "the lock is held by %sPID %d, until %s at the latest"
          .formatted(owner, holder.pid(), holder.expiresAt());
    }
  }

  /**
   * The state's file is of a newer version, or cannot be read. No option opens this gate.
   *
   * @param degraded which of the two
   * @param reason why it is closed, one line
   */
  record State(Degraded degraded, String reason) implements DreamGate {}

  /**
   * The last dream was taken back, and what asks is a {@linkplain DreamSchedule schedule}: it rests
   * as if that dream had completed then, for else it would do the same again at once. Only a
   * schedule knows this gate; the host's are as open as they were before that dream.
   *
   * @param logId the dream's entry
   * @param undoneAt when it was taken back
   * @param minInterval how long ago that must be: what the gate {@code hours} asks for
   * @param nextEligibleAt when it will be
   * @param reason why it is closed, one line
   */
  record Undone(
      String logId,
      Instant undoneAt,
      Duration minInterval,
      Optional<Instant> nextEligibleAt,
      String reason)
      implements DreamGate {}

  /**
   * A gate that this version does not know.
   *
   * @param name the gate's
   * @param nextEligibleAt when it may open, if that is known
   * @param reason why it is closed, one line
   */
  record Other(String name, Optional<Instant> nextEligibleAt, String reason) implements DreamGate {}

  /**
   * Does what is to be done for each kind of gate; a kind that is added is a compile error here.
   *
   * @param hours for a dream that is too recent
   * @param curations for too few curations
   * @param tasks for tasks that are pending
   * @param failures for dreams that failed in a row
   * @param lock for a lock that is held
   * @param state for a state that is newer or unreadable
   * @param undone for a dream that was taken back
   * @param other for a gate that this version does not know
   * @param <R> what that gives
   * @return what it gave
   */
  default <R> R fold(
      Function<Hours, R> hours,
      Function<Curations, R> curations,
      Function<Tasks, R> tasks,
      Function<Failures, R> failures,
      Function<Lock, R> lock,
      Function<State, R> state,
      Function<Undone, R> undone,
      Function<Other, R> other) {
    if (this instanceof Hours gate) {
      return hours.apply(gate);
    } else if (this instanceof Curations gate) {
      return curations.apply(gate);
    } else if (this instanceof Tasks gate) {
      return tasks.apply(gate);
    } else if (this instanceof Failures gate) {
      return failures.apply(gate);
    } else if (this instanceof Lock gate) {
      return lock.apply(gate);
    } else if (this instanceof State gate) {
      return state.apply(gate);
    } else if (this instanceof Undone gate) {
      return undone.apply(gate);
    }
    return other.apply((Other) this);
  }

  /**
   * Reads what is told of a gate that is closed.
   *
   * @param closed {@code {gate, reason, figures, nextEligibleAt?}}, not null
   * @return the gate
   */
  static DreamGate of(JsonObject closed) {
    String reason = closed.getString("reason");
    JsonObject figures = closed.getJsonObject("figures");
    Optional<Instant> next =
        Optional.ofNullable(closed.getLong("nextEligibleAt")).map(Instant::ofEpochMilli);
    return switch (closed.getString("gate")) {
      case "hours" ->
          new Hours(
              Instant.ofEpochMilli(figures.getLong("lastDreamAt")),
              HourCount.read(figures.getNumber("hours")),
              HourCount.read(figures.getNumber("minHours")),
              next,
              reason);
      case "curations" ->
          new Curations(figures.getLong("curations"), figures.getLong("minCurations"), reason);
      case "tasks" -> new Tasks(figures.getLong("pendingTasks"), reason);
      case "failures" ->
          new Failures(
              figures.getInteger("failures"),
              Instant.ofEpochMilli(figures.getLong("lastFailedAt")),
              Duration.ofMillis(figures.getLong("pauseMs")),
              next,
              reason);
      case "lock" ->
          new Lock(LockHolder.of(figures.getJsonObject("holder")), figures.getInteger("waiting"));
      case "state" ->
          new State(
              Words.find(Degraded.class, figures.getString("degraded")).orElse(Degraded.OTHER),
              reason);
      default -> new Other(closed.getString("gate"), next, reason);
    };
  }
}
