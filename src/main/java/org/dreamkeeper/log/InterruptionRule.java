package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.file.FileStat;

/**
 * When a {@code processing} entry is one that nobody can be at any more, and what then becomes of
 * it.
 *
 * <ol>
 *   <li>One that carries a lock token is, when that token does not hold the lock.
 *   <li>One that carries none is, when it is too old: from {@code startedAt} or from the file's
 *       mtime, whichever is earlier. A time in the future says nothing; where both are, it is as
 *       old as the first sight of this version of it.
 * </ol>
 *
 * <p>Used in the mailbox's order only.
 */
final class InterruptionRule {
  /** A token is its epoch × 2^20 + n. */
  private static final int EPOCH_SHIFT = 20;

  private static final double NANOS_PER_MS = 1e6;

  private final Project project;
  private final long staleMs;
  private final LongSupplier holder;
  private final Map<String, Sight> sights = new HashMap<>();

  private record Sight(FileStat stat, long nanos) {}

  InterruptionRule(Project project, long staleMs, LongSupplier holder) {
    this.project = project;
    this.staleMs = staleMs;
    this.holder = holder;
  }

  boolean interrupted(LogRow row) {
    if (row.status() != DreamStatus.PROCESSING) {
      return false;
    }
    return row.lockToken() != null ? row.lockToken() != holder.getAsLong() : age(row) > staleMs;
  }

  /** Tells in how many ms an entry without a token is too old. */
  double due(LogRow row) {
    return Math.ceil(staleMs - age(row)) + 1;
  }

  /** Remembers nothing of any others. */
  void retain(Collection<String> ids) {
    sights.keySet().retainAll(ids);
  }

  private double age(LogRow row) {
    long now = project.time().millis();
    double begun =
        DoubleStream.of(row.startedAt(), (double) FileStat.millis(row.stat().modified()))
            .filter(time -> time <= now)
            .min()
            .orElse(Double.NaN);
    if (!Double.isNaN(begun)) {
      return now - begun;
    }
    long nanos = project.time().nanos();
    Sight sight =
        sights.merge(
            row.id(),
            new Sight(row.stat(), nanos),
            (first, again) -> first.stat().equals(again.stat()) ? first : again);
    return (nanos - sight.nanos()) / NANOS_PER_MS;
  }

  /** Makes what becomes of it: all else stays as it is, and where it is. */
  JsonObject ended(Entry entry) {
    return new JsonObject(new LinkedHashMap<>(entry.json().getMap()))
        .put("status", DreamStatus.ERROR.json())
        .put("completedAt", project.time().millis())
        .put("error", "Interrupted: " + reason(entry.row()));
  }

  private String reason(LogRow row) {
    if (row.lockToken() != null) {
      return (row.lockToken() >> EPOCH_SHIFT) < project.epoch()
          ? "the host ended before the dream did"
          : "the lock was taken over or given back before the dream ended";
    }
    long seconds = (long) (age(row) / 1000);
    long minutes = seconds / 60;
    return "nobody finished it for " + (minutes > 1 ? minutes + " min" : seconds + " s");
  }
}
