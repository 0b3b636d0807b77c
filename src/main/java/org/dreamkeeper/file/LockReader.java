package org.dreamkeeper.file;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.LockFile.Sight;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView;

/**
 * Judges who has the lock by what stands in its file. Blocks; one call at a time.
 *
 * <p>A foreign holder (a PID alone) has it while its process lives and it has not been silent for
 * {@code staleTimeoutMs}. This host never writes its PID alone, so that one names nobody who is
 * seen to live.
 *
 * <p>A foreign record's age at first sight is what the wall clock says of the mtime; one in the
 * future says nothing, and counts as now. From then on the monotonic clock counts, so that no step
 * of the wall clock makes a living holder stale, or keeps a dead one for years.
 */
final class LockReader {
  /** A foreign record, unchanged since it was first seen. */
  private record Seen(Sight sight, Instant since, long ageMs, long atNanos) {}

  private final Processes processes;
  private final LockSharing sharing;
  private final Time time;
  private Seen last;

  LockReader(Processes processes, LockSharing sharing, Time time) {
    this.processes = processes;
    this.sharing = sharing;
    this.time = time;
  }

  LockView read(Sight sight) {
    Optional<Long> pid = sight.content() == null ? Optional.empty() : LockText.pid(sight.content());
    if (pid.isEmpty()) {
      return new LockView.Free(LockText.plausible(sight.modified()));
    }
    Optional<LockRecord> own = LockText.parse(sight.content());
    return own.isPresent() ? new LockView.Held(own.get()) : foreign(pid.get(), seen(sight));
  }

  private LockView foreign(long pid, Seen seen) {
    boolean inTheFuture = seen.sight().modified().isAfter(seen.since());
    return new LockView.Foreign(
        pid, seen.since(), reclaimable(pid, seen), inTheFuture ? null : seen.since());
  }

  private String reclaimable(long pid, Seen seen) {
    if (sharing.checkPids() && (pid == processes.self().pid() || !processes.alive(pid))) {
      return "dead";
    }
    long silentMs = seen.ageMs() + (time.nanos() - seen.atNanos()) / 1_000_000;
    return silentMs >= sharing.staleTimeoutMs() ? "stale" : null;
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
