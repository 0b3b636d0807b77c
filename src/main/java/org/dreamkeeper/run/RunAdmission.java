package org.dreamkeeper.run;

import io.vertx.core.Future;
import java.util.Optional;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.StateClient;

/**
 * How a dream begins.
 *
 * <ol>
 *   <li>The gates are asked for before the lock is, so that a look never acquires.
 *   <li>Under the lock they are asked for again: while this one waited, somebody else may have
 *       dreamt. An undo that a crash has cut short is finished first.
 *   <li>The entry is saved, {@code processing}, with the curations seen: there the lock's recovery
 *       looks for them.
 *   <li>Whatever fails on the way, the lock goes back as it was.
 * </ol>
 */
final class RunAdmission {

  /** What opening came to. */
  sealed interface Outcome {
    /** The dream may run. */
    record Open(LeaseKeeper held, DreamState seen, DreamLogEntry entry) implements Outcome {}

    /** A gate is closed. */
    record Closed(DreamGate gate) implements Outcome {}

    /** A request failed. */
    record Failed(Throwable cause, boolean lost) implements Outcome {}
  }

  private final LockLine line;
  private final Clients clients;
  private final RunOptions options;

  RunAdmission(OwnContext own, Clients clients, RunOptions options) {
    this.line = new LockLine(own, clients);
    this.clients = clients;
    this.options = options;
  }

  /** Opens; the future does not fail. */
  Future<Outcome> open() {
    // Who stands in line for the lock is not kept off by it.
    boolean waits = options.getWaitMs() > 0;
    return ask(clients.state(), options, waits)
        .compose(
            gate -> {
              if (gate.isEmpty() || (waits && gate.get() instanceof DreamGate.Lock)) {
                return acquire();
              }
              return waits ? skip(gate.get()) : closed(gate.get());
            })
        .otherwise(failure -> new Outcome.Failed(failure, false));
  }

  /**
   * Asks for the first gate that is closed.
   *
   * @param state its token, if it has one, is no obstacle
   * @param quiet whether nobody is told
   */
  static Future<Optional<DreamGate>> ask(StateClient state, RunOptions options, boolean quiet) {
    return state
        .gates(options.limits().put("quiet", quiet))
        .map(reply -> Optional.ofNullable(DreamGate.of(reply.getJsonObject("closed"))));
  }

  private static Future<Outcome> closed(DreamGate gate) {
    return Future.succeededFuture(new Outcome.Closed(gate));
  }

  /** Skips for a gate of which nobody was told yet. */
  private Future<Outcome> skip(DreamGate gate) {
    return ask(clients.state(), options, false).map(told -> new Outcome.Closed(told.orElse(gate)));
  }

  private Future<Outcome> acquire() {
    return line.acquire(options.getOwner(), options.getLeaseMs(), options.getWaitMs())
        .compose(
            answer ->
                answer.acquired()
                    ? underLock(answer)
                    : skip(new DreamGate.Lock(answer.holder(), answer.waiting())));
  }

  private Future<Outcome> underLock(Acquisition answer) {
    LeaseKeeper held = line.keep(answer.grant(), options.getLeaseMs());
    Rewind rewind = new Rewind(clients, held);
    return rewind
        .finishInterrupted()
        .compose(
            state -> {
              if (rewind.undidTheLast()) {
                // Only its own end can move the lock's clock; this dream's may have to restore it.
                return rewind.end().compose(back -> acquire());
              }
              return begin(held);
            })
        .recover(
            failure -> {
              boolean lost = Retry.code(failure) == FailureCode.SUPERSEDED;
              return held.rollback().map(back -> new Outcome.Failed(failure, lost));
            });
  }

  private Future<Outcome> begin(LeaseKeeper held) {
    return ask(clients.state().withToken(held.token()), options, false)
        .compose(
            gate ->
                gate.isPresent()
                    ? held.rollback().<Outcome>map(back -> new Outcome.Closed(gate.get()))
                    : clients.state().read().compose(state -> save(held, state)));
  }

  private Future<Outcome> save(LeaseKeeper held, DreamState state) {
    return clients
        .log()
        .nextId()
        .compose(
            id -> {
              held.heldFor(id);
              DreamLogEntry entry =
                  DreamLogEntry.processing(id, clients.time().millis(), options.getTrigger())
                      .withTaskId(options.getTaskId())
                      .withField(RunCompletion.CURATIONS_SEEN, state.curationsSinceDream());
              return clients
                  .log()
                  .save(entry, held.token())
                  .map(saved -> new Outcome.Open(held, state, entry));
            });
  }
}
