package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StateCopy;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreCheck;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredEntry;
import org.dreamkeeper.store.StoredState;

/** Looks after what a project has in the database beside what is served. */
final class PgStoreCheck implements StoreCheck {
  /** States and entries that were set aside share a table: the names of entries begin so. */
  private static final String COPIES =
      "SELECT name, content::text FROM dreamkeeper.aside WHERE project = $1"
          + " AND name NOT LIKE 'drm-%' ORDER BY at, name";

  private static final String ENTRIES =
      "SELECT name FROM dreamkeeper.aside WHERE project = $1 AND name LIKE 'drm-%' ORDER BY name";

  private final Claim claim;
  private final Calls calls;
  private final Calls.Line line;
  private final Budget budget;
  private final StateStore state;
  private final PgLogStore log;
  private final AtomicLong setAside = new AtomicLong();

  PgStoreCheck(Claim claim, Calls calls, Budget budget, StateStore state, PgLogStore log) {
    this.claim = claim;
    this.calls = calls;
    this.line = calls.line();
    this.budget = budget;
    this.state = state;
    this.log = log;
  }

  @Override
  public Future<List<Finding>> check() {
    return state
        .transact(seen -> new StateChange<>(seen, null, null, Carried.NONE))
        .compose(seen -> line.run(() -> find(seen)));
  }

  private Future<List<Finding>> find(StoredState seen) {
    List<Finding> found = new ArrayList<>();
    return copies()
        .compose(
            copies -> {
              copies.forEach(each -> found.add(each.toFinding(seen)));
              return entries().changes(PgStoreCheck::finding, found::add);
            })
        .compose(gone -> claim.read(Claim.LOG, ENTRIES))
        .map(
            rows -> {
              rows.stream()
                  .map(row -> new Finding(Kind.ENTRY_SET_ASIDE, row.getString(0), ASIDE, List.of()))
                  .forEach(found::add);
              return found;
            });
  }

  /** What is read by these, the log has not told. */
  private Entries entries() {
    return new Entries(claim, calls, budget);
  }

  /** Gives null where there is nothing to be found. */
  private static Finding finding(StoredEntry entry) {
    String fault = entry.fault();
    String place = "log " + entry.version().id();
    return fault == null ? null : new Finding(Kind.UNREADABLE_ENTRY, place, fault, List.of());
  }

  private Future<List<StateCopy>> copies() {
    return claim
        .read(Claim.STATE, COPIES)
        .map(rows -> rows.stream().map(PgStoreCheck::copy).toList());
  }

  private static StateCopy copy(Row row) {
    byte[] text = String.valueOf(row.getString(1)).getBytes(StandardCharsets.UTF_8);
    return new StateCopy(row.getString(0), JsonText.parseObject(text).orElse(null));
  }

  @Override
  public Future<Integer> statesSetAside() {
    return line.run(this::copies).compose(copies -> StateCopy.lacked(state, copies));
  }

  @Override
  public Future<String> setAside(String id) {
    if (!LogId.valid(id)) {
      return Future.failedFuture(refusal(OneLine.of(id) + " is no id of an entry"));
    }
    return line.run(() -> entries().read(List.of(id), Function.identity()))
        .compose(
            there -> {
              StoredEntry entry = there.get(id);
              if (entry == null || entry.fault() == null) {
                String why = entry == null ? "is not there" : "can be read";
                throw refusal("log " + id + " " + why + "; only what cannot be read is set aside");
              }
              String name =
                  id + ".aside-" + claim.claimedEpoch() + "-" + setAside.incrementAndGet();
              return log.setAside(entry.version(), name)
                  .map(
                      done -> {
                        if (!done) {
                          throw new StoreException("log " + id + ": was changed meanwhile", false);
                        }
                        return name;
                      });
            });
  }

  @Override
  public Future<Void> putBack(String place, List<String> fields) {
    return line.run(this::copies)
        .map(copies -> copies.stream().filter(each -> each.place().equals(place)).findFirst())
        .compose(
            copy ->
                copy.orElseThrow(
                        () -> refusal(OneLine.of(place) + " is no state that was set aside"))
                    .putInto(state, fields));
  }

  private static DreamkeeperException refusal(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }
}
