package org.dreamkeeper.run;

import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;

/** All that a run needs of its project. */
record Clients(StateClient state, LockClient lock, LogClient log, Time time) {
  private static final int ANSWERS_PER_LEASE = 6;

  /** Makes clients that do not wait for a lost answer until the lease is over. */
  Clients within(long leaseMs) {
    long firstMs = leaseMs / ANSWERS_PER_LEASE;
    return new Clients(
        state.askingAgain(firstMs), lock.askingAgain(firstMs), log.askingAgain(firstMs), time);
  }
}
