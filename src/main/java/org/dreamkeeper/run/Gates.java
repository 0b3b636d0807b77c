package org.dreamkeeper.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.dreamkeeper.state.DreamState;

/** Judges the gates that the state and the caller's figures decide; the lock is asked elsewhere. */
final class Gates {
  private static final double MS_PER_HOUR = Duration.ofHours(1).toMillis();

  private Gates() {}

  /** Gives the first gate that is closed, unless the caller forces them. */
  static Optional<DreamGate> closed(RunOptions options, DreamState state, long nowMs) {
    if (options.isForce()) {
      return Optional.empty();
    }
    Instant last = state.lastDreamInstant();
    if (last != null) {
      double hours = (nowMs - (double) last.toEpochMilli()) / MS_PER_HOUR;
      if (hours < options.getMinHours()) {
        Instant next = last.plusMillis((long) Math.ceil(options.getMinHours() * MS_PER_HOUR));
        return Optional.of(new DreamGate.Hours(last, hours, options.getMinHours(), next));
      }
    }
    if (state.curationsSinceDream() < options.getMinCurations()
        && state.staleSummaryPaths().isEmpty()) {
      return Optional.of(
          new DreamGate.Curations(state.curationsSinceDream(), options.getMinCurations()));
    }
    return options.getPendingTasks() > 0
        ? Optional.of(new DreamGate.Tasks(options.getPendingTasks()))
        : Optional.empty();
  }
}
