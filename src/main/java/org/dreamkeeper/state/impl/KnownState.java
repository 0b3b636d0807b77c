package org.dreamkeeper.state.impl;

import org.dreamkeeper.store.StoredState;
import org.dreamkeeper.store.StoredState.Document;

/**
 * What the actor remembers of the state from one batch to the next.
 *
 * @param stored what the store showed or took last; null before the first time
 * @param decoded what it says
 * @param revision of this state
 * @param doubtful whether a commit was in doubt since the last one that was not: until the next one
 *     nobody is told that what he wants stands already
 */
record KnownState(StoredState stored, DecodedState decoded, Revision revision, boolean doubtful) {

  /** What is known when the store shows this now. */
  KnownState seen(StoredState now) {
    return now == stored
        ? this
        : new KnownState(now, StateCodec.decode(now), revision.next(), doubtful);
  }

  KnownState inDoubt() {
    return new KnownState(stored, decoded, revision, true);
  }

  /** Tells whether a valid document says what the state is. */
  boolean sound() {
    return stored instanceof Document && decoded.degraded() == null;
  }

  /** Tells whether what stands may be lost with the power. */
  boolean unsure() {
    return doubtful && sound();
  }
}
