package org.dreamkeeper.lock;

import io.vertx.core.Future;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.dreamkeeper.bus.Project;
import org.dreamkeeper.bus.Time;
import org.dreamkeeper.file.DirectoryClaim;
import org.dreamkeeper.file.MarkerFile;
import org.dreamkeeper.file.MarkerFile.Outcome;
import org.dreamkeeper.file.MarkerFile.Sight;
import org.dreamkeeper.file.Processes;
import org.dreamkeeper.file.Storage;

/**
 * {@code dream.lock}: what it says, judged, and how it is changed.
 *
 * <p>A foreign holder (a PID alone) holds the lock while its process lives and its {@link Silence}
 * is shorter than {@code staleTimeoutMs}. This host never writes its PID alone, so that one names
 * nobody who is seen to live.
 */
final class LockFile {
  static final String NAME = "dream.lock";

  private final LockOptions options;
  private final MarkerFile file;
  private final DirectoryClaim claim;
  private final Processes processes;
  private final Silence silence;
  private final Time time;

  /** What the last release or rollback left. */
  private Sight freed;

  LockFile(Project project, LockOptions options, Storage storage) {
    this.options = options;
    this.file = storage.marker(NAME, options.settleMs() > 0);
    this.claim = storage.claim();
    this.processes = storage.processes();
    this.time = project.time();
    this.silence = new Silence(time);
  }

  long pid() {
    return processes.self().pid();
  }

  Future<Verdict> look() {
    return file.look(this::judge);
  }

  /** Writes a record, if what is there allows it. */
  Future<Outcome<Verdict>> write(LockRecord lock, Instant modified, Predicate<Verdict> go) {
    return file.replace(lock.print(), modified, this::judgeClaimed, ours(go));
  }

  /**
   * Makes the lock free, if what is there allows it.
   *
   * @param mtime the free lock's; null for no file
   */
  Future<Outcome<Verdict>> free(Instant mtime, Predicate<Verdict> go) {
    Future<Outcome<Verdict>> change =
        mtime == null
            ? file.delete(this::judgeClaimed, ours(go))
            : file.clear(mtime, this::judgeClaimed, ours(go));
    return change.onSuccess(
        outcome -> {
          if (outcome.done()) {
            freed = outcome.sight();
          }
        });
  }

  /**
   * Tells whether a foreign process touched the free file so short a time ago that it may be about
   * to write its PID, or that it may have emptied a file that another one holds.
   */
  boolean unsettled(Verdict.Free free) {
    Instant touched = free.sight().modified();
    return touched != null
        && touched.isAfter(Instant.ofEpochMilli(time.millis() - options.settleMs()))
        && options.settleMs() > 0
        && !free.sight().equals(freed);
  }

  Future<Void> close() {
    return file.close();
  }

  private static Predicate<Verdict> ours(Predicate<Verdict> go) {
    return found -> !(found instanceof Verdict.Unclaimed) && go.test(found);
  }

  private Verdict judgeClaimed(Sight sight) throws IOException {
    String obstacle = claim.obstacle();
    return obstacle == null ? judge(sight) : new Verdict.Unclaimed(sight, obstacle);
  }

  private Verdict judge(Sight sight) {
    if (sight.content() == null) {
      return new Verdict.Free(sight);
    }
    Optional<Long> pid = LockRecord.pid(sight.content());
    if (pid.isEmpty()) {
      return new Verdict.Free(sight);
    }
    Optional<LockRecord> own = LockRecord.parse(sight.content());
    if (own.isPresent()) {
      return new Verdict.Own(sight, own.get());
    }
    Instant since = silence.since(sight);
    return new Verdict.Foreign(sight, pid.get(), since, pushedOut(pid.get(), sight));
  }

  private String pushedOut(long pid, Sight sight) {
    if (options.checkPids() && (pid == pid() || !processes.alive(pid))) {
      return "dead";
    }
    return silence.millis(sight) >= options.staleTimeoutMs() ? "stale" : null;
  }
}
