package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.store.LockView.LockContent;
import org.dreamkeeper.store.StoredState.Document;

/**
 * A store that is looked at: what a host that starts now would find and do is seen, and nothing is
 * done. What is changed stays in memory; what nobody changed is read as it is.
 */
public final class PreviewStore implements ProjectStore {
  private final ProjectStore real;
  private final Parts parts;
  private volatile long epoch;

  /** Makes one of a store that nobody else uses; closing it closes that. */
  public PreviewStore(ProjectStore real, Time time) {
    this.real = real;
    this.epoch = real.epoch();
    this.parts =
        new Parts(
            new State(), new Lock(), new PreviewLog(real.log(), time), new Check(), new Journal());
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Future<Long> raiseEpoch(long token) {
    if (TokenEpoch.reaches(token, epoch)) {
      epoch = TokenEpoch.of(token) + 1;
    }
    return Future.succeededFuture(epoch);
  }

  @Override
  public String lost() {
    return real.lost();
  }

  @Override
  public Future<String> look() {
    return real.look();
  }

  @Override
  public Parts parts() {
    return parts;
  }

  @Override
  public long silentMs() {
    return real.silentMs();
  }

  @Override
  public Future<Void> close() {
    return real.close();
  }

  private final class State implements StateStore {
    private Document mine;

    @Override
    public String name() {
      return real.state().name();
    }

    @Override
    public <R> Future<R> transact(Function<StoredState, StateChange<R>> decide) {
      return real.state()
          .transact(seen -> new StateChange<>(decided(seen, decide), null, null, Carried.NONE));
    }

    private synchronized <R> R decided(
        StoredState seen, Function<StoredState, StateChange<R>> decide) {
      StateChange<R> change = decide.apply(mine == null ? seen : mine);
      mine = change.next() == null ? mine : change.next();
      return change.result();
    }
  }

  private final class Lock implements LockStore {
    private volatile LockContent mine;

    @Override
    public Future<LockView> view() {
      LockContent changed = mine;
      return changed == null ? real.lock().view() : Future.succeededFuture(changed);
    }

    @Override
    public Future<Swap> swap(LockView seen, LockContent next, Carried carried) {
      return view()
          .map(
              now -> {
                boolean done = now.equals(seen);
                mine = done ? next : mine;
                return new Swap(done, done ? next : now);
              });
    }
  }

  /** Finds what is there; mends nothing. */
  private final class Check implements StoreCheck {
    @Override
    public Future<List<Finding>> check() {
      return real.check().check();
    }

    @Override
    public Future<Integer> statesSetAside() {
      return real.check().statesSetAside();
    }

    @Override
    public Future<String> setAside(String id) {
      return refused();
    }

    @Override
    public Future<Void> putBack(String place, List<String> fields) {
      return refused();
    }

    private static <T> Future<T> refused() {
      String reason = "it is only looked at: nothing can be mended";
      return Future.failedFuture(new DreamkeeperException(FailureCode.INVALID_REQUEST, reason));
    }
  }

  /** Tells what was kept; keeps nothing. */
  private final class Journal implements JournalStore {
    @Override
    public Future<Void> record(List<JsonObject> events) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Page> events(String after, int limit) {
      return real.journal().events(after, limit);
    }
  }
}
