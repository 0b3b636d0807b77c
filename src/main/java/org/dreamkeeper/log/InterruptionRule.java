package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.Project;
import org.dreamkeeper.file.FileStat;

/**
 * When a {@code processing} entry is one that nobody can be at any more, and what then becomes of
 * it.
 *
 * <ol>
 *   <li>One that carries a lock token is, when that token does not hold the lock.
 *   <li>One that carries none is, when it is too old: from {@code startedAt} or from the file's
 *       mtime, whichever is earlier.
 * </ol>
 */
final class InterruptionRule {
  /** A token is its epoch × 2^20 + n. */
  private static final int EPOCH_SHIFT = 20;

  private final Project project;
  private final long staleMs;
  private final LongSupplier holder;

  InterruptionRule(Project project, long staleMs, LongSupplier holder) {
    this.project = project;
    this.staleMs = staleMs;
    this.holder = holder;
  }

  boolean interrupted(LogRow row) {
    if (row.status() != DreamStatus.PROCESSING) {
      return false;
    }
    return row.lockToken() != null
        ? row.lockToken() != holder.getAsLong()
        : project.time().millis() - begun(row) > staleMs;
  }

  /** Tells from when on an entry without a token is too old, ms since 1970. */
  double due(LogRow row) {
    return Math.floor(begun(row)) + staleMs + 1;
  }

  private static double begun(LogRow row) {
    return Math.min(row.startedAt(), (double) FileStat.millis(row.stat().modified()));
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
    long seconds = (long) ((project.time().millis() - begun(row)) / 1000);
    long minutes = seconds / 60;
    return "nobody finished it for " + (minutes > 1 ? minutes + " min" : seconds + " s");
  }
}
