package org.dreamkeeper.lock;

import java.util.Objects;
import java.util.function.Function;

/** What asking for the lock came to. Immutable. */
public sealed interface Acquisition {

  /**
   * The lock is ours.
   *
   * @param lock renews it and ends it, and writes under it; not null
   */
  record Acquired(DreamLock lock) implements Acquisition {
    /** Refuses null. */
    public Acquired {
      Objects.requireNonNull(lock, "lock is null");
    }
  }

  /**
   * Somebody else holds it, and did so until our time to wait was over.
   *
   * @param holder who; not null
   * @param waiting how many wait for it
   */
  record Refused(LockHolder holder, int waiting) implements Acquisition {
    /** Refuses null. */
    public Refused {
      Objects.requireNonNull(holder, "holder is null");
    }
  }

  /**
   * Does what is to be done in either case.
   *
   * @param acquired what to do with the lock
   * @param refused what to do without it
   * @param <R> what that gives
   * @return what it gave
   */
  default <R> R fold(Function<Acquired, R> acquired, Function<Refused, R> refused) {
    return this instanceof Acquired ours ? acquired.apply(ours) : refused.apply((Refused) this);
  }
}
