package org.dreamkeeper.state.impl;

import org.dreamkeeper.bus.DreamkeeperException;

/**
 * What a batch is decided by, beside the state.
 *
 * @param now ms since 1970
 * @param facts what lock and log say, where that is asked for; else null
 * @param certain whether no dream can have been undone since they said it
 * @param noWrites what is refused with that would write: the store has just said no; else null
 */
record Given(long now, GateFacts facts, boolean certain, DreamkeeperException noWrites) {

  Given readOnly(DreamkeeperException refusal) {
    return new Given(now, facts, certain, refusal);
  }
}
