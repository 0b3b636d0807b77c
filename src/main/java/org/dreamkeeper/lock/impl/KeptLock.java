package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import java.util.List;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView.Held;

/**
 * The lock of a holder who lives elsewhere, and outlives this deployment: the next one goes on with
 * it. How much of the lease has passed is written at a grant, a renewal and a stop, and each minute
 * in between, so that it is never shortened, and at most a minute longer.
 */
record KeptLock(Project project, LockState state, LockEvents events) {
  /** A check comes each ten seconds. */
  private static final long NOTE_MS = 50_000;

  private Residents residents() {
    return project.residents();
  }

  /** Gives the home of somebody who is granted the lock; null if nobody outlives. */
  LockRecord.Home home(String node) {
    return residents().outlive() ? new LockRecord.Home(node, 0, null) : null;
  }

  /** Tells whether it is the one that was found before the actors were deployed. */
  boolean is(LockRecord record) {
    return record.token() != 0 && record.token() == residents().kept();
  }

  /** Goes on with it. */
  Future<Void> goOn(LockRecord record) {
    Lease lease = Lease.goingOn(record, project.instance(), state.now());
    return state
        .swapAndTell(new Held(lease.record()), lease, List.of(), events.kept(lease.record()))
        .mapEmpty();
  }

  /** Writes how much of the lease has passed, if that was long ago. */
  Future<Void> note() {
    Lease lease = state.lease();
    if (lease == null || lease.record().home() == null) {
      return Future.succeededFuture();
    }
    Lease next = lease.noted(state.now());
    long since = next.record().home().spentMs() - lease.record().home().spentMs();
    return since < NOTE_MS ? Future.succeededFuture() : write(next).mapEmpty();
  }

  /** Takes note that a dream is to stop; gives false if the lock is another's by now. */
  Future<Boolean> cancel(Lease lease, String reason) {
    Lease next = lease.cancelled(reason);
    if (next.record().home() != null) {
      return write(next.noted(state.now()));
    }
    // A restart of the host ends this holder, so memory is enough.
    state.become(state.view(), next);
    return Future.succeededFuture(true);
  }

  private Future<Boolean> write(Lease next) {
    return state.swap(new Held(next.record()), next, Carried.NONE);
  }

  /** Leaves it to the next deployment; gives false if its holder does not live elsewhere. */
  Future<Boolean> left() {
    Lease lease = state.lease();
    if (lease == null || lease.record().home() == null || lease.abandoned() != null) {
      return Future.succeededFuture(false);
    }
    return project
        .threads()
        .executor()
        .run(() -> residents().lives(lease.home()))
        .compose(
            lives ->
                lives ? write(lease.noted(state.now())).map(true) : Future.succeededFuture(false));
  }
}
