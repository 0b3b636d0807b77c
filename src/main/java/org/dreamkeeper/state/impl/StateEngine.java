package org.dreamkeeper.state.impl;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * Carries batches of requests out, with one commit for all of them:
 *
 * <ol>
 *   <li>The store shows what stands, and has the requests decided on it in order.
 *   <li>If something changed, it commits that, durably; if it was overtaken, it asks again.
 *   <li>What stands now is remembered; the events are published; everybody is told.
 *   <li>If the store said no: those who changed something are told so, and whatever the others saw
 *       was never there. They are decided again on what stands now, and none of them writes: the
 *       store has just said no.
 * </ol>
 *
 * <p>Confined to the actor's event loop, but for the deciding.
 */
final class StateEngine {
  private static final Logger LOG = Log.of(StateEngine.class);

  /** What may come of an undo: then what the log said before is out of date. */
  private static final Set<String> REWINDING = Set.of("write", "update", "forgetDream");

  private final Project project;
  private final StateStore store;
  private final Fence fence;
  private KnownState known;
  private long undos;

  StateEngine(Project project, StateStore store, Fence fence) {
    this.project = project;
    this.store = store;
    this.fence = fence;
    this.known =
        new KnownState(null, DecodedState.good(State.EMPTY), Revision.first(project), false);
  }

  /** Counts the requests so far that may have taken a dream back. */
  long undos() {
    return undos;
  }

  /**
   * Carries a batch out and answers each request.
   *
   * @param facts what lock and log say, where that is asked for; else null
   */
  Future<Void> run(List<Request> requests, GateFacts facts) {
    requests.forEach(fence::use);
    undos += requests.stream().filter(each -> REWINDING.contains(each.action())).count();
    boolean certain = facts != null && facts.undos() == undos;
    long now = project.time().millis();
    return attempt(requests, new Given(fence.holder(), now, facts, certain, null));
  }

  /** Tells whether a dream may begin; for whoever is refused, none that was missed is recorded. */
  Future<Void> judge(List<Request> requests, GateFacts facts) {
    List<Request> admitted = new ArrayList<>();
    for (Request request : requests) {
      try {
        fence.check(request);
        admitted.add(request);
      } catch (DreamkeeperException superseded) {
        request.fail(superseded);
      }
    }
    boolean allRefused = admitted.isEmpty() && !requests.isEmpty();
    return allRefused ? Future.succeededFuture() : run(admitted, facts);
  }

  private Future<Void> attempt(List<Request> requests, Given given) {
    KnownState before = known;
    AtomicReference<StateBatch> last = new AtomicReference<>();
    return store
        .transact(
            stored -> {
              StateBatch batch = new StateBatch(project, store.name(), before.seen(stored), given);
              batch.decide(requests);
              last.set(batch);
              return batch.change();
            })
        .compose(this::succeed, failure -> fail(requests, given, last.get(), failure));
  }

  private Future<Void> succeed(StateBatch batch) {
    KnownState before = known;
    known = batch.known();
    DecodedState is = known.decoded();
    if (known.stored() != before.stored() && is.degraded() != null) {
      String state = project.address("state") + " " + store.name();
      LOG.warn("{} is {}: {}", state, is.degraded(), is.reason());
    }
    batch.changes().forEach(change -> project.events().publish("state.changed", change));
    batch.decisions().forEach(decision -> decision.answer().run());
    return Future.succeededFuture();
  }

  private Future<Void> fail(
      List<Request> requests, Given given, StateBatch batch, Throwable failure) {
    if (!(failure instanceof StoreException no)) {
      return Future.failedFuture(failure);
    }
    if (batch == null || given.noWrites() != null) {
      // It cannot even be read.
      requests.forEach(request -> request.fail(StoreException.refusal(no)));
      return Future.succeededFuture();
    }
    known = no.inDoubt() ? known.inDoubt() : known;
    List<Request> others = new ArrayList<>();
    for (StateBatch.Decision each : batch.decisions()) {
      if (!each.changed()) {
        others.add(each.request());
      } else if (no.inDoubt()) {
        each.request().failInDoubt(refusal(no, "; what was asked for may stand all the same"));
      } else {
        each.request().fail(refusal(no, "; nothing was changed"));
      }
    }
    // By the same failure: what they asked for was not written.
    return attempt(others, given.readOnly(refusal(no, "; nothing was changed")));
  }

  private static DreamkeeperException refusal(StoreException no, String outcome) {
    return new DreamkeeperException(FailureCode.STORAGE_FAILED, no.getMessage() + outcome);
  }
}
