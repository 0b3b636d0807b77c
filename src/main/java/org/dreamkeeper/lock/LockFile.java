package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.DirectoryClaim;
import org.dreamkeeper.file.FileProjectStore;
import org.dreamkeeper.file.MarkerFile;
import org.dreamkeeper.file.MarkerFile.Outcome;
import org.dreamkeeper.file.MarkerFile.Sight;
import org.dreamkeeper.file.Processes;

/**
 * {@code dream.lock}: what it says, judged, and how it is changed.
 *
 * <p>A foreign holder (a PID alone) holds the lock while its process lives and its {@link Silence}
 * is shorter than {@code staleTimeoutMs}. This host never writes its PID alone, so that one names
 * nobody who is seen to live.
 */
final class LockFile {
  static final String NAME = "dream.lock";

  /** A file that is touched all the time is taken as it is. */
  private static final int MAX_PAUSES = 2;

  private final LockOptions options;
  private final MarkerFile file;
  private final DirectoryClaim claim;
  private final Processes processes;
  private final Silence silence;
  private final Time time;

  /** What the last release or rollback left. */
  private Sight freed;

  LockFile(Project project, LockOptions options, FileProjectStore store) {
    this.options = options;
    this.file = store.marker(NAME, options.settleMs() > 0);
    this.claim = store.claim();
    this.processes = store.processes();
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
    return settled(
        may -> file.replace(lock.print(), modified, this::judgeClaimed, may), go, null, MAX_PAUSES);
  }

  /**
   * Makes the lock free, if what is there allows it.
   *
   * @param mtime the free lock's; null for no file
   */
  Future<Outcome<Verdict>> free(Instant mtime, Predicate<Verdict> go) {
    Change change =
        may ->
            mtime == null
                ? file.delete(this::judgeClaimed, may)
                : file.clear(mtime, this::judgeClaimed, may);
    return settled(change, go, null, MAX_PAUSES)
        .onSuccess(
            outcome -> {
              if (outcome.done()) {
                freed = outcome.sight();
              }
            });
  }

  /** Looks at the file when those who judged it at the same moment as we have written their PID. */
  Future<Verdict> settle() {
    return pause().compose(later -> look());
  }

  /** A change of the file. */
  private interface Change {
    Future<Outcome<Verdict>> ifFound(Predicate<Verdict> allowed);
  }

  /**
   * Makes a change. Where a foreign process has just touched the file and left it free, it may be
   * about to write its PID, or may have emptied a file that another one holds: such a file is
   * looked at again after a pause.
   *
   * @param seen what was found before the pause, or null
   */
  private Future<Outcome<Verdict>> settled(
      Change change, Predicate<Verdict> go, Verdict seen, int pauses) {
    return change
        .ifFound(
            found ->
                !(found instanceof Verdict.Unclaimed)
                    && (pauses == 0 || !unsettled(found, seen))
                    && go.test(found))
        .compose(
            outcome -> {
              Verdict found = outcome.judgement();
              return outcome.done() || pauses == 0 || !unsettled(found, seen)
                  ? Future.succeededFuture(outcome)
                  : pause().compose(later -> settled(change, go, found, pauses - 1));
            });
  }

  private boolean unsettled(Verdict found, Verdict seen) {
    Instant touched = found.sight().modified();
    return options.settleMs() > 0
        && found instanceof Verdict.Free
        && touched != null
        && touched.isAfter(Instant.ofEpochMilli(time.millis() - options.settleMs()))
        && !found.sight().equals(freed)
        && (seen == null || !seen.stillSo(found));
  }

  private Future<Void> pause() {
    Promise<Void> over = Promise.promise();
    time.schedule(options.settleMs(), over::complete);
    return over.future();
  }

  Future<Void> close() {
    return file.close();
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
