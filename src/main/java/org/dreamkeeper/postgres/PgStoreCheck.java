package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.StoreCheck;
import org.dreamkeeper.store.StoreException;

/** Looks after what a project has in the database beside what is served. */
final class PgStoreCheck implements StoreCheck {
  private final PgTasks tasks;
  private final Database database;
  private final String project;

  PgStoreCheck(PgTasks tasks, Database database, String project) {
    this.tasks = tasks;
    this.database = database;
    this.project = project;
  }

  @Override
  public Future<List<Finding>> check() {
    return tasks.run(
        () -> {
          List<Finding> found = new ArrayList<>();
          for (String name : names()) {
            String detail = "a damaged state that was set aside";
            found.add(new Finding(Kind.STATE_SET_ASIDE, name, detail, List.of()));
          }
          return found;
        });
  }

  @Override
  public Future<Integer> statesSetAside() {
    return tasks.run(() -> names().size());
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    try {
      String sql = "SELECT name FROM dreamkeeper.aside WHERE project = $1 ORDER BY at, name";
      for (Row row : database.ask(sql, project)) {
        names.add(row.getString(0));
      }
      return names;
    } catch (DatabaseFailure failure) {
      throw new StoreException(database.place() + ": " + failure.getMessage(), false);
    }
  }

  @Override
  public Future<Void> repair(Finding finding) {
    return refusal();
  }

  @Override
  public Future<String> setAside(String id) {
    return refusal();
  }

  @Override
  public Future<Void> putBack(String place, List<String> fields) {
    return refusal();
  }

  private static <T> Future<T> refusal() {
    return Future.failedFuture(
        new DreamkeeperException(
            FailureCode.INVALID_REQUEST, "that is done in the database itself, by SQL"));
  }
}
