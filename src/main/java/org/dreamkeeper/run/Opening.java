package org.dreamkeeper.run;

import io.vertx.core.Future;
import java.util.Optional;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.state.DreamState;

/**
 * How a dream begins.
 *
 * <ol>
 *   <li>The gates are looked at before the lock is asked for, so that a look never acquires.
 *   <li>Under the lock they are looked at again: while this one waited, somebody else may have
 *       dreamt. An undo that a crash has cut short is finished first.
 *   <li>The entry is saved, {@code processing}, with the curations seen: there the lock's recovery
 *       looks for them.
 *   <li>Whatever fails on the way, the lock goes back as it was.
 * </ol>
 */
final class Opening {

  /** What opening came to. */
  sealed interface Outcome {
    /** The dream may run. */
    record Open(HeldLock held, DreamState seen, DreamLogEntry entry) implements Outcome {}

    /** A gate is closed. */
    record Closed(DreamGate gate) implements Outcome {}

    /** A request failed. */
    record Failed(Throwable cause, boolean lost) implements Outcome {}
  }

  private final LockLine line;
  private final Clients clients;
  private final RunOptions options;

  Opening(OwnContext own, Clients clients, RunOptions options) {
    this.line = new LockLine(own, clients);
    this.clients = clients;
    this.options = options;
  }

  /** Opens; the future does not fail. */
  Future<Outcome> open() {
    Future<Optional<DreamGate>> look =
        options.isForce()
            ? Future.succeededFuture(Optional.empty())
            : clients.state().read().map(this::closed);
    return look.compose(
            gate ->
                gate.isPresent()
                    ? Future.succeededFuture(new Outcome.Closed(gate.get()))
                    : acquire())
        .otherwise(failure -> new Outcome.Failed(failure, false));
  }

  private Optional<DreamGate> closed(DreamState state) {
    return Gates.closed(options, state, clients.time().millis());
  }

  private Future<Outcome> acquire() {
    return line.acquire(options.getOwner(), options.getLeaseMs(), options.getWaitMs())
        .compose(
            answer ->
                answer.acquired()
                    ? underLock(answer)
                    : Future.succeededFuture(
                        new Outcome.Closed(new DreamGate.Lock(answer.holder(), answer.waiting()))));
  }

  private Future<Outcome> underLock(Acquisition answer) {
    HeldLock held = line.keep(answer.grant(), options.getLeaseMs());
    Rewind rewind = new Rewind(clients, held);
    return rewind
        .finishInterrupted()
        .compose(
            state -> {
              if (rewind.undidTheLast()) {
                // Only its own end can move the lock's clock; this dream's may have to restore it.
                return rewind.end().compose(back -> acquire());
              }
              Optional<DreamGate> gate = closed(state);
              return gate.isPresent()
                  ? held.rollback().<Outcome>map(back -> new Outcome.Closed(gate.get()))
                  : save(held, state);
            })
        .recover(
            failure -> {
              boolean lost = Retry.code(failure) == FailureCode.SUPERSEDED;
              return held.rollback().map(back -> new Outcome.Failed(failure, lost));
            });
  }

  private Future<Outcome> save(HeldLock held, DreamState state) {
    return clients
        .log()
        .nextId()
        .compose(
            id -> {
              held.heldFor(id);
              DreamLogEntry entry =
                  DreamLogEntry.processing(id, clients.time().millis(), options.getTrigger())
                      .withTaskId(options.getTaskId())
                      .withField(Finish.CURATIONS_SEEN, state.curationsSinceDream());
              return clients
                  .log()
                  .save(entry, held.token())
                  .map(saved -> new Outcome.Open(held, state, entry));
            });
  }
}
