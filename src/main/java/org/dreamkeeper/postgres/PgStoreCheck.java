package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.OneLine;
import org.dreamkeeper.bus.impl.Schemas;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StateCopy;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreCheck;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredState;

/** Looks after what a project has in the database beside what is served. */
final class PgStoreCheck implements StoreCheck {
  private final PgTasks tasks;
  private final Database database;
  private final String project;
  private final StateStore state;

  PgStoreCheck(PgTasks tasks, Database database, String project, StateStore state) {
    this.tasks = tasks;
    this.database = database;
    this.project = project;
    this.state = state;
  }

  @Override
  public Future<List<Finding>> check() {
    return state
        .transact(seen -> new StateChange<>(seen, null, null, Carried.NONE))
        .compose(seen -> tasks.run(() -> find(seen)));
  }

  private List<Finding> find(StoredState seen) {
    List<Finding> found = new ArrayList<>();
    String copies = "SELECT name, content::text FROM dreamkeeper.aside WHERE project = $1";
    for (Row row : ask(copies + " ORDER BY at, name", project)) {
      found.add(copy(row).toFinding(seen));
    }
    String ids = "SELECT id FROM dreamkeeper.entry WHERE project = $1 ORDER BY id";
    for (Row row : ask(ids, project)) {
      String id = row.getString(0);
      String flaw = flaw(id);
      if (flaw != null) {
        found.add(new Finding(Kind.UNREADABLE_ENTRY, "log " + id, flaw, List.of()));
      }
    }
    return found;
  }

  private static StateCopy copy(Row row) {
    return new StateCopy(row.getString(0), parsed(row.getString(1)).orElse(null));
  }

  private static Optional<JsonObject> parsed(String text) {
    return JsonText.parseObject(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Says why an entry is none; null if it is one, or is gone. */
  private String flaw(String id) {
    String sql = "SELECT content::text FROM dreamkeeper.entry WHERE project = $1 AND id = $2";
    for (Row row : ask(sql, project, id)) {
      Optional<JsonObject> json = parsed(row.getString(0));
      return json.map(entry -> Schemas.check("storedEntry", entry).orElse(null))
          .orElse(json.isPresent() ? null : "it is not a JSON object");
    }
    return null;
  }

  private RowSet<Row> ask(String sql, Object... values) {
    try {
      return database.ask(sql, values);
    } catch (DatabaseFailure failure) {
      throw new StoreException(database.place() + ": " + failure.getMessage(), false);
    }
  }

  @Override
  public Future<Integer> statesSetAside() {
    String sql = "SELECT name FROM dreamkeeper.aside WHERE project = $1";
    return tasks.run(() -> ask(sql, project).size());
  }

  @Override
  public Future<Void> repair(Finding finding) {
    return Future.failedFuture(refusal(finding.place() + ": that is repaired by SQL"));
  }

  @Override
  public Future<String> setAside(String id) {
    String reason = OneLine.of(id) + ": an entry in a database is set aside by SQL";
    return Future.failedFuture(refusal(reason));
  }

  @Override
  public Future<Void> putBack(String place, List<String> fields) {
    String sql =
        "SELECT name, content::text FROM dreamkeeper.aside WHERE project = $1 AND name = $2";
    return tasks
        .run(
            () -> {
              for (Row row : ask(sql, project, place)) {
                return copy(row);
              }
              throw refusal(OneLine.of(place) + " is no state that was set aside");
            })
        .compose(copy -> copy.putInto(state, fields));
  }

  private static DreamkeeperException refusal(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }
}
