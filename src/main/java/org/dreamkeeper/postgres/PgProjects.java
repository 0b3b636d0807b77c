package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;

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

  /** Makes it; the table stays open. */
  public PgProjects(NodeTable table) {
    database = table.database();
  }

  /** Tells whether there is one of that name; makes and changes nothing. */
  public Future<Boolean> exists(String project) {
    String sql = "SELECT EXISTS (SELECT FROM dreamkeeper.cell WHERE project = $1)";
    return tables()
        .compose(
            tables -> tables.contains("cell") ? is(sql, project) : Future.succeededFuture(false));
  }

  /** Removes all of a project. Tells whether the node had it. */
  public Future<Boolean> remove(String project, String node) {
    return all("DELETE FROM dreamkeeper.%s", project, node);
  }

  /** Gives all of a project another name, which nobody must have. Tells whether the node had it. */
  public Future<Boolean> rename(String project, String node, String to) {
    return all("UPDATE dreamkeeper.%s SET project = $3", project, node, to);
  }

  /** Lets go of what was entered for a project that no node but this may serve: its settings. */
  public Future<Void> forgetSettings(String project, String node) {
    String sql =
        "DELETE FROM dreamkeeper.project WHERE project = $1 AND NOT shared"
            + " AND (node = $2 OR node IS NULL)";
    return database.told(database.ask(sql, project, node)).mapEmpty();
  }

  private Future<List<String>> tables() {
    return database
        .told(database.ask(TABLES))
        .map(rows -> rows.stream().map(row -> row.getString(0)).toList());
  }

  private Future<Boolean> is(String sql, Object... values) {
    return database
        .told(database.ask(sql, values))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private Future<Boolean> all(String change, Object... values) {
    return tables()
        .compose(
            tables -> {
              String changes =
                  tables.stream()
                      .map(
                          each ->
                              ", %1$s_ AS (%2$s WHERE project = $1 AND EXISTS (SELECT FROM mine))"
                                  .formatted(each, change.formatted(each)))
                      .collect(Collectors.joining());
              return is(MINE + changes + " SELECT EXISTS (SELECT FROM mine)", values);
            });
  }
}
