package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.store.StoreException;

/**
 * The nodes that serve the projects of a database, and which of them serves what: two tables. What
 * stands in them is a courtesy, and may be wrong at any instant; each write of a project's is
 * fenced by its own row. Futures complete on the caller's context, and fail with a {@link
 * StoreException} where the database says no, and an {@link UnreachableException} where it says
 * nothing.
 */
public final class NodeTable {
  private static final int STATEMENT_MS = 5_000;

  /** A beat that takes longer has not come through. */
  private static final int BEAT_MS = 2_000;

  private static final int BEAT_CONNECTIONS = 1;

  /** For all projects of a node together. */
  private static final int CONNECTIONS = 8;

  private static final String BURY = "DELETE FROM dreamkeeper.node WHERE node = $1 AND beat = $2";

  /** Whoever else is claiming them just now, has them. */
  private static final String CLAIM =
      """
      WITH free AS MATERIALIZED (
        SELECT project FROM dreamkeeper.project p
         WHERE (CASE WHEN cardinality($3::text[]) > 0 THEN project = ANY($3) ELSE shared END)
           AND NOT project = ANY($4::text[])
           AND NOT EXISTS (SELECT FROM dreamkeeper.node n WHERE n.node = p.node)
         ORDER BY project LIMIT $2 FOR UPDATE SKIP LOCKED)
      UPDATE dreamkeeper.project p SET node = $1, term = 0 FROM free
       WHERE p.project = free.project AND EXISTS (SELECT FROM dreamkeeper.node WHERE node = $1)
       RETURNING p.project
      """;

  private static final String ENTER_PROJECT =
      """
      INSERT INTO dreamkeeper.project AS p (project, shared, settings) VALUES ($1, $2, $3::text::json)
       ON CONFLICT (project) DO UPDATE SET shared = p.shared OR EXCLUDED.shared
       RETURNING settings::text
      """;

  private final Database beats;
  private final Database shared;

  /**
   * Makes it; nothing is connected yet.
   *
   * @throws IllegalArgumentException if it is not the URI of a database
   */
  public NodeTable(Vertx vertx, String uri) {
    this(vertx, uri, STATEMENT_MS);
  }

  /** Makes it with another time for each of the projects' statements, ms. */
  public NodeTable(Vertx vertx, String uri, int statementMs) {
    beats = new Database(vertx, PgOptions.connect(uri), BEAT_MS, BEAT_CONNECTIONS);
    shared = new Database(vertx, PgOptions.connect(uri), statementMs, CONNECTIONS);
  }

  /** What all projects of a node share. */
  Database database() {
    return shared;
  }

  /** Enters a node; makes the schema, or brings it up to date, before. */
  public Future<Void> enter(String node, boolean serves, JsonObject about) {
    String sql =
        "INSERT INTO dreamkeeper.node (node, serves, about) VALUES ($1, $2, $3::text::json)";
    return shared
        .told(new Schema(shared).prepare())
        .compose(prepared -> ask(sql, node, serves, about.encode()))
        .mapEmpty();
  }

  /**
   * Enters a project, unless it is there.
   *
   * @param forAll whether any node may serve it
   * @return the settings that stand
   */
  public Future<JsonObject> enterProject(String project, boolean forAll, JsonObject settings) {
    return ask(ENTER_PROJECT, project, forAll, settings.encode()).map(NodeTable::settings);
  }

  /** Gives the settings of a project that is there. */
  public Future<JsonObject> settings(String project) {
    return ask("SELECT settings::text FROM dreamkeeper.project WHERE project = $1", project)
        .map(NodeTable::settings);
  }

  private static JsonObject settings(RowSet<Row> rows) {
    return new JsonObject(rows.iterator().next().getString(0));
  }

  /** Beats, and looks; also at a project that not all may serve, or null. */
  public Future<NodeLook> look(String node, String project) {
    return beats
        .told(beats.ask(NodeLook.SQL, node, project))
        .map(rows -> NodeLook.of(rows.iterator().next()));
  }

  /** Looks at one project, and who is to serve it; changes nothing. Empty if nothing is kept. */
  public Future<Optional<ProjectLook>> find(String project) {
    return shared
        .told(new Schema(shared).present())
        .compose(
            present ->
                present
                    ? ask(ProjectLook.SQL, project)
                        .map(rows -> ProjectLook.of(rows.iterator().next()))
                    : Future.succeededFuture(Optional.empty()));
  }

  /** Takes out a node that is dead, if it has not beaten since. */
  public Future<Boolean> bury(String node, long beat) {
    return ask(BURY, node, beat).map(rows -> rows.rowCount() == 1);
  }

  /**
   * Claims what nobody serves, as long as the node itself is there.
   *
   * @param most how many at most
   * @param only of these; none: of all that any node may serve
   * @param except not these
   */
  public Future<List<String>> claim(
      String node, int most, Collection<String> only, Collection<String> except) {
    return ask(CLAIM, node, most, only.toArray(String[]::new), except.toArray(String[]::new))
        .map(rows -> rows.stream().map(row -> row.getString(0)).toList());
  }

  /** Tells that a node serves under that term. */
  public Future<Void> serving(String node, String project, long term) {
    return ask(
            "UPDATE dreamkeeper.project SET term = $3 WHERE project = $2 AND node = $1",
            node,
            project,
            term)
        .mapEmpty();
  }

  /** Gives a project to another node, unless somebody has it meanwhile. */
  public Future<Boolean> pass(String project, String from, String to) {
    return ask(
            "UPDATE dreamkeeper.project SET node = $3, term = 0"
                + " WHERE project = $1 AND (node = $2 OR node IS NULL)",
            project,
            from,
            to)
        .map(rows -> rows.rowCount() == 1);
  }

  /** Says that a node takes no projects any more. */
  public Future<Void> drain(String node) {
    return ask("UPDATE dreamkeeper.node SET serves = false WHERE node = $1", node).mapEmpty();
  }

  /** Takes a node out. What it still had is nobody's. */
  public Future<Void> leave(String node) {
    return ask("DELETE FROM dreamkeeper.node WHERE node = $1", node).mapEmpty();
  }

  private Future<RowSet<Row>> ask(String sql, Object... values) {
    return shared.told(shared.ask(true, sql, values));
  }

  /** Ends the connections when what is under way is done; never fails. */
  public Future<Void> close() {
    return Future.join(beats.close(), shared.close()).mapEmpty();
  }
}
