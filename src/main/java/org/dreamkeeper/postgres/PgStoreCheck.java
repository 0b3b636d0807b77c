package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private long setAside;

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
    return claim
        .read(Claim.STATE, COPIES)
        .compose(
            rows -> {
              rows.forEach(row -> found.add(copy(row).toFinding(seen)));
              return entries().changes(PgStoreCheck::finding, found::add);
            })
        .compose(gone -> claim.read(Claim.LOG, ENTRIES))
        .map(
            rows -> {
              for (Row row : rows) {
                found.add(new Finding(Kind.ENTRY_SET_ASIDE, row.getString(0), ASIDE, List.of()));
              }
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

  private static StateCopy copy(Row row) {
    byte[] text = String.valueOf(row.getString(1)).getBytes(StandardCharsets.UTF_8);
    Optional<JsonObject> json = JsonText.parseObject(text);
    return new StateCopy(row.getString(0), json.orElse(null));
  }

  private static List<StateCopy> copies(RowSet<Row> rows) {
    List<StateCopy> copies = new ArrayList<>();
    rows.forEach(row -> copies.add(copy(row)));
    return copies;
  }

  @Override
  public Future<Integer> statesSetAside() {
    return line.run(() -> claim.read(Claim.STATE, COPIES))
        .compose(rows -> StateCopy.lacked(state, copies(rows)));
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
              String name = id + ".aside-" + claim.claimedEpoch() + "-" + next();
              return log.setAside(entry.version(), name).map(done -> done ? name : null);
            })
        .map(
            name -> {
              if (name == null) {
                throw new StoreException("log " + id + ": was changed meanwhile", false);
              }
              return name;
            });
  }

  private synchronized long next() {
    return ++setAside;
  }

  @Override
  public Future<Void> putBack(String place, List<String> fields) {
    return line.run(() -> claim.read(Claim.STATE, COPIES))
        .map(
            rows -> {
              for (Row row : rows) {
                if (row.getString(0).equals(place)) {
                  return copy(row);
                }
              }
              throw refusal(OneLine.of(place) + " is no state that was set aside");
            })
        .compose(copy -> copy.putInto(state, fields));
  }

  private static DreamkeeperException refusal(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }
}
