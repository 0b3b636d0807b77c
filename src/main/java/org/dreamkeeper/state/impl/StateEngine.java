package org.dreamkeeper.state.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.text.Log;
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

  /** What may come of an undo. */
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
   * Carries a batch out and answers each request; whom the fence refuses changes nothing.
   *
   * @param facts what lock and log say, where that is asked for; else null
   */
  Future<Void> run(List<Request> requests, GateFacts facts) {
    List<Request> admitted = requests.stream().filter(this::passes).toList();
    if (admitted.isEmpty() && !requests.isEmpty()) {
      return Future.succeededFuture();
    }
    undos += admitted.stream().filter(each -> REWINDING.contains(each.action())).count();
    return attempt(admitted, project.time().millis(), facts, null);
  }

  /** Tells what memory knows: {@code {gates, state}}, by these facts. */
  JsonObject figures(GateFacts facts) {
    DecodedState is = known.decoded();
    JsonObject limits = facts.options().toJson();
    long now = project.time().millis();
    JsonObject gates = new GateRules(store.name(), is, facts, limits, false, now).judge();
    JsonObject state = is.state().figures();
    if (is.degraded() != null) {
      state.put("degraded", is.degraded()).put("detail", is.reason());
    }
    return new JsonObject()
        .put("gates", gates.put("lastAskedAt", facts.lastAskedAt()))
        .put("state", state);
  }

  private boolean passes(Request request) {
    boolean writes = request.writes() && !request.repeated();
    boolean fenced = writes || request.action().equals(StateActions.GATES);
    return !fenced || fence.admits(request);
  }

  private Future<Void> attempt(
      List<Request> requests, long now, GateFacts facts, DreamkeeperException noWrites) {
    KnownState before = known;
    // Where a dream may have been undone since the log was asked, what it said is out of date.
    boolean certain = noWrites == null && facts != null && facts.undos() == undos;
    AtomicReference<StateBatch> last = new AtomicReference<>();
    return store
        .transact(
            stored -> {
              KnownState seen = before.seen(stored);
              StateBatch batch = new StateBatch(project, store.name(), seen, now, facts, noWrites);
              if (certain) {
                batch.recordMissed();
              }
              batch.decide(requests);
              last.set(batch);
              return batch.change();
            })
        .compose(
            this::succeed,
            failure -> {
              if (!(failure instanceof StoreException no)) {
                return Future.failedFuture(failure);
              }
              if (last.get() == null || noWrites != null) {
                // It cannot even be read.
                requests.forEach(request -> request.fail(StoreException.refusal(no)));
                return Future.succeededFuture();
              }
              known = no.inDoubt() ? known.inDoubt() : known;
              // The others by the same failure: what they ask for would not be written either.
              DreamkeeperException refusal = StateBatch.refusal(no, "; nothing was changed");
              return attempt(last.get().refuse(no), now, facts, refusal);
            });
  }

  private Future<Void> succeed(StateBatch batch) {
    KnownState before = known;
    known = batch.known();
    DecodedState is = known.decoded();
    if (known.stored() != before.stored() && is.degraded() != null) {
      String state = project.address("state") + " " + store.name();
      LOG.warn("{} is {}: {}", state, is.degraded(), is.reason());
    }
    batch.tell();
    return Future.succeededFuture();
  }
}
