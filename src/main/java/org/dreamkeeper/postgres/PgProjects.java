package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.ProjectThreads;

/**
 * What is done to a project of a database as a whole, in one statement, by the node that has it.
 * Whoever still takes himself for its owner then finds no row of his to write to. Futures fail as a
 * {@link NodeTable}'s do.
 */
public final class PgProjects {
  private static final String TABLES =
      """
      SELECT table_name::text FROM information_schema.columns
       WHERE table_schema = 'dreamkeeper' AND column_name = 'project' ORDER BY 1
      """;

  private static final String MINE =
      """
      WITH mine AS MATERIALIZED (
        SELECT FROM dreamkeeper.project WHERE project = $1 AND node = $2 FOR UPDATE)
      """;

  private final Database database;
  private final ProjectThreads threads;

  /** Makes it; the table stays open. */
  public PgProjects(Vertx vertx, NodeTable table) {
    database = table.database();
    threads = new ProjectThreads(vertx, "projects");
  }

  /** Tells whether there is one of that name; makes and changes nothing. */
  public Future<Boolean> exists(String project) {
    return run(
        () ->
            tables().contains("cell")
                && is("SELECT EXISTS (SELECT FROM dreamkeeper.cell WHERE project = $1)", project));
  }

  /** Removes all of a project. Tells whether the node had it. */
  public Future<Boolean> remove(String project, String node) {
    return run(() -> all("DELETE FROM dreamkeeper.%s", project, node));
  }

  /** Gives all of a project another name, which nobody must have. Tells whether the node had it. */
  public Future<Boolean> rename(String project, String node, String to) {
    return run(() -> all("UPDATE dreamkeeper.%s SET project = $3", project, node, to));
  }

  /** Lets go of what was entered for a project that no node but this may serve: its settings. */
  public Future<Void> forgetSettings(String project, String node) {
    return run(
        () -> {
          database.ask(
              "DELETE FROM dreamkeeper.project WHERE project = $1 AND NOT shared"
                  + " AND (node = $2 OR node IS NULL)",
              project,
              node);
          return null;
        });
  }

  private List<String> tables() throws DatabaseFailure {
    List<String> tables = new ArrayList<>();
    for (Row row : database.ask(TABLES)) {
      tables.add(row.getString(0));
    }
    return tables;
  }

  private boolean is(String sql, Object... values) throws DatabaseFailure {
    return database.ask(sql, values).iterator().next().getBoolean(0);
  }

  private boolean all(String change, Object... values) throws DatabaseFailure {
    String changes =
        tables().stream()
            .map(
                each ->
                    ", %1$s_ AS (%2$s WHERE project = $1 AND EXISTS (SELECT FROM mine))"
                        .formatted(each, change.formatted(each)))
            .collect(Collectors.joining());
    return is(MINE + changes + " SELECT EXISTS (SELECT FROM mine)", values);
  }

  private <T> Future<T> run(Callable<T> task) {
    return threads.executor().run(() -> database.told(task));
  }

  /** Ends its threads; never fails. */
  public Future<Void> close() {
    return threads.finish(() -> null).transform(end -> Future.succeededFuture());
  }
}
