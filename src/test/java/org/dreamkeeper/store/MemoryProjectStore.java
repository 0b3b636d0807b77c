package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.LockView.LockContent;
import org.dreamkeeper.store.StoredState.Unreadable;

/** Keeps what every store promises to keep, in memory, for the tests of what stands on a store. */
public final class MemoryProjectStore implements ProjectStore, StateStore, LockStore {
  private final Vertx vertx;
  private final MemoryKeeping kept;
  private final String instance;
  private final MemoryLogStore log;
  private final JournalStore journal;
  private volatile boolean closed;
  private volatile String lost;

  MemoryProjectStore(Vertx vertx, MemoryKeeping kept, String instance) {
    this.vertx = vertx;
    this.kept = kept;
    this.instance = instance;
    this.log = new MemoryLogStore(this, kept);
    this.journal = new MemoryJournalStore(kept);
  }

  /** Does something with what is kept, alone, in the next turn of the caller's context. */
  <T> Future<T> call(Callable<T> work) {
    Promise<T> done = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            turn -> {
              try {
                done.complete(alone(work));
              } catch (Throwable failure) {
                done.fail(failure);
              }
            });
    return done.future();
  }

  private <T> T alone(Callable<T> work) throws Exception {
    synchronized (kept) {
      if (closed) {
        throw new DreamkeeperException(FailureCode.NOT_SERVING, "the store is closed");
      }
      return work.call();
    }
  }

  void change(String name, Runnable change) {
    if (found() != null) {
      throw StoreException.claimLost(lost);
    }
    kept.change(name, change);
  }

  private String found() {
    lost = kept.claimant == this ? lost : "memory is somebody else's now";
    return lost;
  }

  @Override
  public long epoch() {
    synchronized (kept) {
      return kept.epoch;
    }
  }

  @Override
  public Future<Long> raiseEpoch(long token) {
    return call(
        () -> {
          long past = token > 1L << 52 ? 0 : token >> 20;
          change("epoch", () -> kept.epoch = past < kept.epoch ? kept.epoch : past + 1);
          return kept.epoch;
        });
  }

  @Override
  public String lost() {
    return lost;
  }

  @Override
  public Future<String> look() {
    return call(this::found);
  }

  @Override
  public long silentMs() {
    return 0;
  }

  /** Nothing is kept beside. */
  @Override
  public Parts parts() {
    return new Parts(this, this, log, null, journal);
  }

  @Override
  public Future<Void> close() {
    synchronized (kept) {
      closed = true;
      kept.claimant = kept.claimant == this ? null : kept.claimant;
    }
    return Future.succeededFuture();
  }

  @Override
  public String name() {
    return "state";
  }

  @Override
  public <R> Future<R> transact(Function<StoredState, StateChange<R>> decide) {
    return call(
        () -> {
          while (true) {
            StoredState seen = kept.state;
            StateChange<R> change = decide.apply(seen);
            if (change.next() == null) {
              return change.result();
            }
            if (kept.state == seen) {
              commit(seen, change);
              return change.result();
            }
          }
        });
  }

  private void commit(StoredState seen, StateChange<?> change) {
    if (seen instanceof Unreadable obstacle) {
      throw new StoreException(name() + ": " + obstacle.reason(), false);
    }
    boolean stands = !(seen instanceof StoredState.Missing);
    if (change.setAside() != null && stands && kept.lastAside != seen) {
      kept.lastAside = seen;
      change.setAside().accept("aside-" + ++kept.aside);
    }
    change(
        name(),
        () -> {
          kept.state = change.next();
          kept.keep("state", change.carried());
        });
  }

  @Override
  public Future<LockView> view() {
    return call(() -> kept.lock);
  }

  @Override
  public Future<Swap> swap(LockView seen, LockContent next, Carried carried) {
    return call(
        () -> {
          if (found() != null) {
            throw StoreException.claimLost(lost);
          }
          boolean done = kept.lock.equals(seen);
          if (done) {
            change(
                "lock",
                () -> {
                  kept.lock = next;
                  kept.keep("lock", carried);
                });
          }
          return new Swap(done, kept.lock);
        });
  }

  @Override
  public String toString() {
    return instance;
  }
}
