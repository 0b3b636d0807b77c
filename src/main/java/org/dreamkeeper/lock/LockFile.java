package org.dreamkeeper.lock;

import io.vertx.core.Future;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.dreamkeeper.bus.Project;
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

  LockFile(Project project, LockOptions options, Storage storage) {
    this.options = options;
    this.file = storage.marker(NAME);
    this.claim = storage.claim();
    this.processes = storage.processes();
    this.silence = new Silence(project.time());
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
    return mtime == null
        ? file.delete(this::judgeClaimed, ours(go))
        : file.clear(mtime, this::judgeClaimed, ours(go));
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
