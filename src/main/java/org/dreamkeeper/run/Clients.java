package org.dreamkeeper.run;

import org.dreamkeeper.bus.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;

/** All that a run needs of its project. */
record Clients(StateClient state, LockClient lock, LogClient log, Time time) {}
