package org.dreamkeeper.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.file.NamedFiles;
import org.dreamkeeper.state.StateFile.Commit;

/**
 * Carries batches of requests out, with one durable write for all of them (group commit):
 *
 * <ol>
 *   <li>Look at the file.
 *   <li>Decide the requests in order, in memory.
 *   <li>If something changed, replace the file, unless somebody else changed it meanwhile: then
 *       begin again.
 *   <li>Publish the events; tell everybody.
 *   <li>If the write failed: those who changed something are told so, and whatever the others saw
 *       was never there. They are decided again on what the disk says now, and none of them writes:
 *       the disk has just said no.
 * </ol>
 *
 * <p>Blocking; used by one thread at a time.
 */
final class StateEngine {
  /** Against a foreign process that writes all the time; the last try writes all the same. */
  private static final int MAX_TRIES = 5;

  /** What may come of an undo: then what the log said before is out of date. */
  private static final Set<String> REWINDING = Set.of("write", "update", "forgetDream");

  private final Project project;
  private final StateFile file;
  private final AtomicLong undos = new AtomicLong();

  StateEngine(Project project, NamedFiles files) {
    this.project = project;
    this.file = new StateFile(files, project);
  }

  /** Counts the requests so far that may have taken a dream back; safe from any thread. */
  long undos() {
    return undos.get();
  }

  /**
   * Carries a batch out and answers each request.
   *
   * @param requests in order
   * @param holder the token that may write, as of when the batch began
   * @param facts what lock and log say, where that is asked for; else null
   */
  void run(List<Request> requests, long holder, GateFacts facts) {
    requests.stream()
        .filter(request -> REWINDING.contains(request.action()))
        .forEach(request -> undos.incrementAndGet());
    for (int tries = 1; ; tries++) {
      StateBatch batch = decide(requests, holder, facts, null);
      Commit end =
          batch.needsDisk()
              ? file.commit(batch.state(), batch.revision(), tries < MAX_TRIES)
              : Commit.DONE;
      if (end == Commit.DONE) {
        succeed(batch);
        return;
      }
      if (end != Commit.OVERTAKEN) {
        fail(batch, holder, facts, end);
        return;
      }
    }
  }

  private StateBatch decide(
      List<Request> requests, long holder, GateFacts facts, DreamkeeperException noWrites) {
    StateBatch batch =
        new StateBatch(
            file, file.refresh(), holder, project.time().millis(), project.budget(), noWrites);
    if (facts != null) {
      batch.learn(facts, facts.undos() == undos.get());
    }
    batch.decide(requests);
    return batch;
  }

  private void succeed(StateBatch batch) {
    if (batch.recorded() != null) {
      project.events().publish("state.changed", batch.recorded());
    }
    for (StateBatch.Decision each : batch.decisions()) {
      if (each.changed()) {
        project.events().publish("state.changed", each.told());
      }
    }
    batch.decisions().forEach(this::tell);
  }

  private void tell(StateBatch.Decision decision) {
    if (decision.skipped() != null) {
      project.events().publish("dream.skipped", decision.skipped());
    }
    decision.tell();
  }

  private void fail(StateBatch batch, long holder, GateFacts facts, Commit end) {
    List<Request> others = new ArrayList<>();
    for (StateBatch.Decision each : batch.decisions()) {
      if (!each.changed()) {
        others.add(each.request());
      } else if (end == Commit.IN_DOUBT) {
        each.request().failInDoubt(failure("; what was asked for may stand all the same"));
      } else {
        each.request().fail(failure("; nothing was changed"));
      }
    }
    // By the same failure: what they asked for was not written.
    decide(others, holder, facts, failure("; nothing was changed")).decisions().forEach(this::tell);
  }

  private DreamkeeperException failure(String outcome) {
    return new DreamkeeperException(FailureCode.STORAGE_FAILED, file.failure() + outcome);
  }
}
