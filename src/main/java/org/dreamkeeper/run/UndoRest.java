package org.dreamkeeper.run;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dreamkeeper.bus.impl.config.HourCount;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;

/**
 * Whether a {@linkplain DreamSchedule schedule} rests, because the last dreams were taken back: it
 * does as if one had completed when the latest of them was. The log tells, so that a worker that
 * starts anew knows it, too. A dream that completes afterwards, such as a forced one, ends the
 * rest.
 */
public final class UndoRest {
  /** Asks for the entries by which that is judged. */
  public static final LogQuery LATEST =
      LogQuery.all()
          .status(DreamStatus.COMPLETED, DreamStatus.UNDONE)
          .withoutOperations()
          .limit(20);

  private UndoRest() {}

  /**
   * Gives the gate that keeps a schedule from dreaming, if it rests.
   *
   * @param gates the gates as the project tells them, {@code {all}}; they say for how long, not
   *     null
   * @param latest what the log gives for {@link #LATEST}, not null
   * @param now the time, not null
   * @return the gate; empty if it does not rest
   */
  public static Optional<DreamGate.Undone> gate(
      JsonObject gates, List<DreamLogEntry> latest, Instant now) {
    Duration rest = minInterval(gates);
    return latest.stream()
        .takeWhile(entry -> entry.status() == DreamStatus.UNDONE)
        .filter(entry -> isNear(at(entry), rest, now))
        .max(Comparator.comparing(UndoRest::at))
        .map(entry -> closed(entry, rest));
  }

  /** Gives what the gate hours asks for: what the run sets, or else the project. */
  private static Duration minInterval(JsonObject gates) {
    return gates.getJsonArray("all").stream()
        .map(gate -> ((JsonObject) gate).getJsonObject("figures").getNumber("minHours"))
        .filter(Objects::nonNull)
        .findFirst()
        .map(HourCount::read)
        .orElse(Duration.ZERO);
  }

  private static Instant at(DreamLogEntry entry) {
    return entry.undoneAt().orElse(Instant.EPOCH);
  }

  /** Clocks differ; but a time far in the future is no evidence. */
  private static boolean isNear(Instant undoneAt, Duration rest, Instant now) {
    return Duration.between(undoneAt, now).abs().compareTo(rest) < 0;
  }

  private static DreamGate.Undone closed(DreamLogEntry entry, Duration rest) {
    Instant next = at(entry).plus(rest);
    String reason =
        "%s was taken back at %s: a schedule rests after that as after a dream, until %s"
            .formatted(entry.id(), at(entry), next);
    return new DreamGate.Undone(entry.id(), at(entry), rest, Optional.of(next), reason);
  }
}
