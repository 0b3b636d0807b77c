package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.OneLine;
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

  private static final String IDS =
      "SELECT id FROM dreamkeeper.entry WHERE project = $1 ORDER BY id";

  /** How many entries are read at once. */
  private static final int BATCH = 50;

  private final PgTasks tasks;
  private final Claim claim;
  private final PgLogStore log;
  private final StateStore state;

  /** Of its own: what it reads, the log has not told. */
  private final Entries entries;

  private long setAside;

  PgStoreCheck(PgTasks tasks, Claim claim, PgLogStore log, StateStore state, Entries entries) {
    this.tasks = tasks;
    this.claim = claim;
    this.log = log;
    this.state = state;
    this.entries = entries;
  }

  @Override
  public Future<List<Finding>> check() {
    return state
        .transact(seen -> new StateChange<>(seen, null, null, Carried.NONE))
        .compose(seen -> tasks.run(() -> find(seen)));
  }

  private List<Finding> find(StoredState seen) {
    List<Finding> found = new ArrayList<>();
    for (Row row : claim.read(Claim.STATE, COPIES)) {
      found.add(copy(row).toFinding(seen));
    }
    List<String> ids = new ArrayList<>();
    for (Row row : claim.read(Claim.LOG, IDS)) {
      ids.add(row.getString(0));
    }
    for (int at = 0; at < ids.size(); at += BATCH) {
      for (StoredEntry entry : read(ids.subList(at, Math.min(ids.size(), at + BATCH)))) {
        if (entry.fault() != null) {
          String place = "log " + entry.version().id();
          found.add(new Finding(Kind.UNREADABLE_ENTRY, place, entry.fault(), List.of()));
        }
      }
    }
    for (Row row : claim.read(Claim.LOG, ENTRIES)) {
      found.add(new Finding(Kind.ENTRY_SET_ASIDE, row.getString(0), ASIDE, List.of()));
    }
    return found;
  }

  private static StateCopy copy(Row row) {
    byte[] text = String.valueOf(row.getString(1)).getBytes(StandardCharsets.UTF_8);
    Optional<JsonObject> json = JsonText.parseObject(text);
    return new StateCopy(row.getString(0), json.orElse(null));
  }

  /** Gives what stands under those of these names that are ids. */
  private synchronized List<StoredEntry> read(List<String> ids) {
    return List.copyOf(entries.read(ids.stream().filter(LogId::valid).toList()).values());
  }

  @Override
  public Future<Integer> statesSetAside() {
    return tasks.run(() -> claim.read(Claim.STATE, COPIES).size());
  }

  @Override
  public Future<Void> repair(Finding finding) {
    return finding.kind() == Kind.UNREADABLE_ENTRY
        ? setAside(finding.place().replaceFirst("^log ", "")).mapEmpty()
        : Future.failedFuture(refusal(finding.place() + ": " + finding.detail()));
  }

  @Override
  public Future<String> setAside(String id) {
    return tasks.run(() -> movedAside(id));
  }

  private String movedAside(String id) {
    if (!LogId.valid(id)) {
      throw refusal(OneLine.of(id) + " is no id of an entry");
    }
    List<StoredEntry> there = read(List.of(id));
    if (there.isEmpty() || there.get(0).fault() == null) {
      String why = there.isEmpty() ? "is not there" : "can be read";
      throw refusal("log " + id + " " + why + "; only what cannot be read is set aside");
    }
    String name = id + ".aside-" + claim.claimedEpoch() + "-" + next();
    if (!log.setAside(there.get(0).version(), name)) {
      throw new StoreException("log " + id + ": was changed meanwhile", false);
    }
    return name;
  }

  private synchronized long next() {
    return ++setAside;
  }

  @Override
  public Future<Void> putBack(String place, List<String> fields) {
    return tasks
        .run(
            () -> {
              for (Row row : claim.read(Claim.STATE, COPIES)) {
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
