package org.dreamkeeper.lock;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.MarkerFile.Sight;

/**
 * For how long a foreign holder has given no sign of life.
 *
 * <p>Its record's age at first sight is what the wall clock says of the mtime; one in the future
 * says nothing, and counts as now. From then on the monotonic clock counts, so that no step of the
 * wall clock makes a living holder stale, or keeps a dead one for years.
 *
 * <p>One call at a time.
 */
final class Silence {

  /**
   * A foreign record, unchanged.
   *
   * @param since the last sign of life
   * @param ageMs its age when it was first seen
   * @param atNanos when that was, on {@link Time#nanos}
   */
  private record Seen(Sight sight, Instant since, long ageMs, long atNanos) {}

  private final Time time;
  private Seen last;

  Silence(Time time) {
    this.time = time;
  }

  /** Since when the record says nothing new; not in the future as of its first sight. */
  Instant since(Sight record) {
    return seen(record).since();
  }

  long millis(Sight record) {
    Seen seen = seen(record);
    return seen.ageMs() + (time.nanos() - seen.atNanos()) / 1_000_000;
  }

  private Seen seen(Sight record) {
    if (last == null || !last.sight().equals(record)) {
      Instant now = Instant.ofEpochMilli(time.millis());
      Instant since = now;
      if (!record.modified().truncatedTo(ChronoUnit.MILLIS).isAfter(now)) {
        since = record.modified().isBefore(Instant.EPOCH) ? Instant.EPOCH : record.modified();
      }
      long ageMs = Math.max(0, Duration.between(since, now).toMillis());
      last = new Seen(record, since, ageMs, time.nanos());
    }
    return last;
  }
}
