package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.run.DreamGate;

/**
 * Finds out whether a schedule rests, because the last dreams were taken back: it does as if one
 * had completed when the latest of them was. The log tells, so that a worker that starts anew knows
 * it, too. A dream that completes afterwards, such as a forced one, ends the rest.
 */
final class UndoRest {
  private static final LogQuery LATEST =
      LogQuery.all()
          .status(DreamStatus.COMPLETED, DreamStatus.UNDONE)
          .withoutOperations()
          .limit(20);

  private UndoRest() {}

  /** Gives the gate that is closed, if it is. */
  static Future<Optional<DreamGate>> gate(LogClient log, Duration rest, Instant now) {
    return rest.isZero()
        ? Future.succeededFuture(Optional.empty())
        : log.list(LATEST)
            .map(
                page ->
                    page.entries().stream()
                        .takeWhile(entry -> entry.status() == DreamStatus.UNDONE)
                        .filter(entry -> isNear(entry, rest, now))
                        .max((a, b) -> at(a).compareTo(at(b)))
                        .map(entry -> closed(entry, rest)));
  }

  private static Instant at(DreamLogEntry entry) {
    return entry.undoneAt().orElse(Instant.EPOCH);
  }

  /** Clocks differ; but a time far in the future is no evidence. */
  private static boolean isNear(DreamLogEntry entry, Duration rest, Instant now) {
    return Duration.between(at(entry), now).abs().compareTo(rest) < 0;
  }

  private static DreamGate closed(DreamLogEntry entry, Duration rest) {
    Instant next = at(entry).plus(rest);
    String reason =
        "%s was taken back at %s: a schedule rests after that as after a dream, until %s"
            .formatted(entry.id(), at(entry), next);
    return new DreamGate.Undone(entry.id(), at(entry), rest, Optional.of(next), reason);
  }
}
