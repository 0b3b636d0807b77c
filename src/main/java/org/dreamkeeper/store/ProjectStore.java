package org.dreamkeeper.store;

import io.vertx.core.Future;

/**
 * A project's keeping, claimed: one claimant at a time, wherever it is kept.
 *
 * <p>Futures complete on the caller's context. Where the store says no they fail with a {@link
 * StoreException}, and with NOT_SERVING once it is closed.
 */
public interface ProjectStore {

  /**
   * The high part of tokens and revisions: greater with each claim, and with {@link #raiseEpoch}.
   */
  long epoch();

  /**
   * Takes an epoch, durably, whose tokens are all greater than one, unless the present one's are:
   * for a deployment that has used up its epoch's, and for what a clock that was wrong once left. A
   * token above 2^52 is nobody's to go on from.
   *
   * @return the epoch from now on
   */
  Future<Long> raiseEpoch(long token);

  /** Why the claim is gone, in one line, or null while it stands; asks nobody. */
  String lost();

  /**
   * Looks whether the claim still stands. If not, every write fails from now on.
   *
   * @return what {@link #lost} says then; fails if it cannot be seen
   */
  Future<String> look();

  /** Where the parts of a project are kept, and what looks after them. */
  record Parts(
      StateStore state, LockStore lock, LogStore log, StoreCheck check, JournalStore journal) {}

  /** The project's; always the same ones. */
  Parts parts();

  default StateStore state() {
    return parts().state();
  }

  default LockStore lock() {
    return parts().lock();
  }

  default LogStore log() {
    return parts().log();
  }

  /** Judges and mends what is kept beside what is served. */
  default StoreCheck check() {
    return parts().check();
  }

  /** Where what commits carried is kept. */
  default JournalStore journal() {
    return parts().journal();
  }

  /** For how long the store has owed an answer, ms; 0 while it owes none. Safe from any thread. */
  long silentMs();

  /**
   * Gives the claim back when all work is done, after which there is none any more.
   *
   * @return completes when that is done, or the store is silent: then it is done when the store
   *     answers. Never fails
   */
  Future<Void> close();
}
