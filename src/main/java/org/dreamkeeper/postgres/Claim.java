package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.store.InUseException;
import org.dreamkeeper.store.StoreException;

/**
 * The claim on a project. What decides is the epoch in each {@link Cell}, which a claim raises
 * above all that were there. That nobody is pushed out who still serves is a courtesy: a row names
 * the node that is to serve the project, and only that one takes it.
 */
final class Claim {
  static final String LOCK = "lock";
  static final String LOG = "log";
  static final String STATE = "state";

  /** Its cell's epoch is the project's: the others may be raised beyond it. */
  static final String SELF = "claim";

  /** As many statements as it takes until the project is served: all that is asked of it waits. */
  private static final int OPENING = 20;

  /** All cells, in the order of their keys. */
  static final List<String> ACTORS = List.of(SELF, LOCK, LOG, STATE);

  private static final String ENTER =
      """
      INSERT INTO dreamkeeper.cell (project, actor, epoch, claimant)
       SELECT $1, actor, 0, '' FROM unnest($2::text[]) actor ON CONFLICT DO NOTHING
      """;

  /** The rows are locked in the order of their keys: two claims wait for each other in line. */
  private static final String TAKE =
      """
      WITH mine AS MATERIALIZED (
        SELECT FROM dreamkeeper.project WHERE project = $1 AND node = $5 FOR SHARE),
      held AS MATERIALIZED (
        SELECT epoch FROM dreamkeeper.cell WHERE project = $1 AND EXISTS (SELECT FROM mine)
         ORDER BY actor FOR UPDATE)
      UPDATE dreamkeeper.cell SET epoch = 1 + (SELECT max(epoch) FROM held), claimant = $3,
        content = CASE WHEN actor = $2 THEN $4::text::json ELSE content END
       WHERE project = $1 AND EXISTS (SELECT FROM held) RETURNING epoch
      """;

  private static final String GIVE_BACK =
      "UPDATE dreamkeeper.project SET node = NULL, term = 0 WHERE project = $1 AND node = $2";

  private static final String NEXT =
      "SELECT coalesce(max(epoch), 0) + 1 AS epoch FROM dreamkeeper.cell WHERE project = $1";

  private static final String WHO =
      """
      SELECT json_build_array(node, beat, serves, about)::text
       FROM dreamkeeper.project JOIN dreamkeeper.node USING (node) WHERE project = $1
      """;

  private final Database database;
  private final String project;
  private final String node;
  private final int patienceMs;
  private final String claimant = UUID.randomUUID().toString();
  private final AtomicInteger asked = new AtomicInteger();
  private boolean claims = true;
  private long claimedEpoch;
  private volatile String lost;

  /** Since when no answer came, by the machine's clock; 0 while they come. */
  private volatile long silentSince;

  /** Makes one for a node, which must be the one that is to serve the project. */
  Claim(Database database, PgOptions options) {
    this.database = database;
    this.project = options.project();
    this.node = options.node();
    this.patienceMs = options.patienceMs();
  }

  /** Takes it, for an instance. */
  Future<Void> take(String instance) {
    JsonObject self =
        new JsonObject()
            .put("instance", instance)
            .put("pid", ProcessHandle.current().pid())
            .put("node", node);
    Supplier<Future<RowSet<Row>>> take = () -> ask(TAKE, SELF, claimant, self.encode(), node);
    return take.get()
        .compose(
            taken ->
                taken.size() == ACTORS.size()
                    ? Future.succeededFuture(taken)
                    : ask(ENTER, (Object) ACTORS.toArray(String[]::new))
                        .compose(entered -> take.get()))
        .compose(
            taken -> {
              if (taken.size() == 0) {
                return who();
              }
              claimedEpoch = taken.iterator().next().getLong("epoch");
              return Future.succeededFuture();
            });
  }

  /** Takes nothing, for who only looks: no row's epoch is his, so that he writes none either. */
  Future<Void> takeNothing() {
    claims = false;
    return row(NEXT)
        .map(
            next -> {
              claimedEpoch = next.getLong("epoch");
              return null;
            });
  }

  private Future<Void> who() {
    return row(WHO)
        .compose(
            row -> {
              String who =
                  row == null ? "nobody yet" : Node.of(new JsonArray(row.getString(0))).who();
              return Future.failedFuture(
                  new InUseException("project " + project + " is served by " + who));
            });
  }

  /** Gives it back, if it is still there; else others take it when this node's beats have ended. */
  Future<Void> giveBack() {
    return lost == null && claims
        ? ask(GIVE_BACK, node).transform(end -> Future.succeededFuture())
        : Future.succeededFuture();
  }

  long claimedEpoch() {
    return claimedEpoch;
  }

  String claimant() {
    return claimant;
  }

  /** Tells whether a cell's row may be read as ours, under an epoch; null where it is gone. */
  boolean stands(Row row, long epoch) {
    return row != null
        && (!claims
            || (row.getLong("epoch") == epoch && claimant.equals(row.getString("claimant"))));
  }

  String lost() {
    return lost;
  }

  /** Takes note that it is gone; gives what everything fails with from now on. */
  StoreException lose() {
    lost = "project " + project + " in " + database.place() + " was claimed by another host";
    return StoreException.claimLost(lost);
  }

  /** Tells whether the last statement had no answer. */
  boolean silent() {
    return silentSince != 0;
  }

  /**
   * Begins a call.
   *
   * @throws StoreException once the claim is lost
   */
  Attempt attempt(String actor) {
    if (lost != null) {
      throw StoreException.claimLost(lost);
    }
    long begun = silentSince == 0 ? System.nanoTime() : silentSince;
    long endNanos = begun + TimeUnit.MILLISECONDS.toNanos(patienceMs);
    return new Attempt(database.vertx(), actor, endNanos);
  }

  /** Carries out a statement, once; $1 is the project. */
  Future<RowSet<Row>> ask(String sql, Object... more) {
    List<Object> values = new ArrayList<>(List.of(project));
    values.addAll(Arrays.asList(more));
    boolean opens = asked.get() < OPENING && asked.getAndIncrement() < OPENING;
    return database
        .ask(opens, sql, values.toArray())
        .onComplete(
            end -> {
              if (DatabaseFailure.answered(end)) {
                silentSince = 0;
              } else if (silentSince == 0) {
                silentSince = System.nanoTime();
              }
            });
  }

  /** Carries out a statement, once; gives its one row, or null. */
  Future<Row> row(String sql, Object... more) {
    return ask(sql, more).map(rows -> rows.size() == 0 ? null : rows.iterator().next());
  }

  /** Carries out a statement that changes nothing, again and again while no answer comes. */
  Future<RowSet<Row>> read(String actor, String sql, Object... more) {
    return attempt(actor).insist(false, () -> ask(sql, more));
  }
}
