package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.LockContent;
import org.dreamkeeper.store.LogStore.Changes;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StoredEntry;
import org.dreamkeeper.store.StoredState;
import org.dreamkeeper.store.StoredState.Document;
import org.dreamkeeper.store.StoredState.Missing;
import org.dreamkeeper.store.TokenEpoch;

/**
 * Copies a project between two stores.
 *
 * <ol>
 *   <li>What is in the source is listed; what cannot be copied is refused.
 *   <li>The target must be empty; then entries, ids, epoch, lock and state are put into it.
 *   <li>The target is opened anew, and all is read again and compared: from both, for others may
 *       change a directory meanwhile.
 * </ol>
 */
final class ProjectCopy {
  /** How many entries are read and put at once. */
  private static final int BATCH = 50;

  private final IdleProject source;
  private final ProjectStore from;
  private final IdleProject target;
  private final List<String> ids = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private StoredState state;
  private LockContent lock;

  ProjectCopy(IdleProject source, ProjectStore from, IdleProject target) {
    this.source = source;
    this.from = from;
    this.target = target;
  }

  Future<Projects.Copied> run() {
    return list()
        .compose(listed -> target.change(this::fill))
        .compose(filled -> target.change(this::verify))
        .map(same -> new Projects.Copied(ids.size(), left));
  }

  private static Future<StoredState> state(ProjectStore store) {
    return store.state().transact(seen -> new StateChange<>(seen, null, null, Carried.NONE));
  }

  private Future<Void> list() {
    return from.log()
        .refresh(false, entry -> entry)
        .compose(
            all -> {
              all.changed().forEach(this::note);
              return state(from);
            })
        .compose(
            seen -> {
              state = seen;
              return seen instanceof Missing || seen instanceof Document
                  ? from.lock().view()
                  : Future.failedFuture(source.refusal("has a state that cannot be read"));
            })
        .compose(this::note);
  }

  private void note(StoredEntry entry) {
    String id = entry.version().id();
    if (entry.json() == null) {
      left.add(id + ": " + entry.flaw());
    } else {
      ids.add(id);
    }
  }

  private Future<Void> note(LockView seen) {
    if (seen instanceof Foreign foreign) {
      if (foreign.reclaimable() == null) {
        return Future.failedFuture(
            new DreamkeeperException(
                FailureCode.BUSY, source.place() + " is in use by PID " + foreign.pid()));
      }
      lock = new Free(foreign.prior());
    } else {
      lock = (LockContent) seen;
    }
    boolean nothing = ids.isEmpty() && state instanceof Missing && lock.equals(new Free(null));
    return nothing
        ? Future.failedFuture(source.refusal("keeps nothing"))
        : Future.succeededFuture();
  }

  private Future<Void> fill(ProjectStore to) {
    return assertEmpty(to)
        .compose(empty -> batches(batch -> copy(batch, to)))
        .compose(
            copied ->
                to.log().reserveIds(Math.max(from.log().reservedIds(), to.log().reservedIds())))
        // What the source has handed out is not handed out again.
        .compose(reserved -> to.raiseEpoch(from.epoch() << TokenEpoch.BITS))
        .compose(raised -> to.lock().swap(new Free(null), lock, Carried.NONE))
        .compose(
            swap ->
                swap.done() ? putState(to) : Future.failedFuture(target.refusal("has changed")));
  }

  private Future<Void> assertEmpty(ProjectStore to) {
    Future<Changes<StoredEntry>> all = to.log().refresh(false, entry -> entry);
    Future<StoredState> seen = state(to);
    Future<LockView> held = to.lock().view();
    return Future.all(all, seen, held)
        .compose(
            read ->
                all.result().changed().isEmpty()
                        && seen.result() instanceof Missing
                        && held.result().equals(new Free(null))
                    ? Future.succeededFuture()
                    : Future.failedFuture(target.refusal("is not empty")));
  }

  private Future<Void> putState(ProjectStore to) {
    return state instanceof Document document
        ? to.state().transact(none -> new StateChange<>(null, document, null, Carried.NONE))
        : Future.succeededFuture();
  }

  /** Does something with all ids, a few at a time. */
  private Future<Void> batches(Function<List<String>, Future<?>> step) {
    List<List<String>> batches = new ArrayList<>();
    for (int at = 0; at < ids.size(); at += BATCH) {
      batches.add(ids.subList(at, Math.min(ids.size(), at + BATCH)));
    }
    return AsyncLoop.forEach(batches, step);
  }

  private Future<Void> copy(List<String> batch, ProjectStore to) {
    return from.log()
        .read(batch, StoredEntry::json)
        .compose(
            read ->
                to.log()
                    .commit(
                        read.entrySet().stream().map(each -> put(each)).toList(),
                        Removal.NONE,
                        entry -> entry))
        .compose(
            done ->
                done.results().stream()
                    .filter(each -> each.failure() != null)
                    .findFirst()
                    .<Future<Void>>map(no -> Future.failedFuture(no.failure()))
                    .orElse(Future.succeededFuture()));
  }

  private static Put put(Map.Entry<String, JsonObject> entry) {
    return new Put(entry.getKey(), true, none -> entry.getValue(), written -> Carried.NONE);
  }

  private Future<Void> verify(ProjectStore to) {
    return to.log()
        .refresh(false, entry -> entry.version().id())
        .compose(there -> same("the log", new TreeSet<>(ids), new TreeSet<>(there.changed())))
        .compose(listed -> from.log().refresh(false, entry -> entry))
        .compose(since -> same("the log", new TreeSet<>(ids), idsWith(since)))
        .compose(unchanged -> batches(batch -> compare(batch, to)))
        .compose(same -> to.lock().view())
        .compose(held -> same("the lock", lock, held))
        .compose(same -> state(from))
        .compose(
            here ->
                state(to).compose(there -> same("the state", stateText(here), stateText(there))));
  }

  /** What was told again may be as it was: that is compared, or was left. */
  private Set<String> idsWith(Changes<StoredEntry> since) {
    Set<String> now = new TreeSet<>(ids);
    since.changed().stream()
        .filter(entry -> entry.json() != null)
        .forEach(entry -> now.add(entry.version().id()));
    now.removeAll(since.removed());
    return now;
  }

  private Future<Void> compare(List<String> batch, ProjectStore to) {
    Future<Map<String, String>> here = from.log().read(batch, ProjectCopy::entryText);
    Future<Map<String, String>> there = to.log().read(batch, ProjectCopy::entryText);
    return Future.all(here, there)
        .compose(
            read ->
                AsyncLoop.forEach(
                    batch, id -> same(id, here.result().get(id), there.result().get(id))));
  }

  private static String entryText(StoredEntry entry) {
    return entry.json() == null ? entry.flaw() : JsonText.text(entry.json());
  }

  private static String stateText(StoredState state) {
    return state instanceof Document document ? JsonText.text(document.json()) : state.toString();
  }

  private Future<Void> same(String what, Object here, Object there) {
    return here != null && here.equals(there)
        ? Future.succeededFuture()
        : Future.failedFuture(
            target.refusal(
                "is no copy of %s: %s is not the same; remove it, and copy again"
                    .formatted(source.place(), what)));
  }
}
