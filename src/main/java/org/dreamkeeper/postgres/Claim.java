package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.store.InUseException;
import org.dreamkeeper.store.StoreException;

/**
 * The claim on a project. What decides is the epoch in each {@link Cell}, which a claim raises
 * above all that were there. That nobody is pushed out who still serves is a courtesy: a lock of
 * the claimant's own session, which the server frees when that ends, however the host died.
 */
final class Claim {
  static final String LOCK = "lock";
  static final String LOG = "log";
  static final String STATE = "state";

  /** Its cell's epoch is the project's: the others may be raised beyond it. */
  static final String SELF = "claim";

  private static final String ENTER =
      """
      INSERT INTO dreamkeeper.cell (project, actor, epoch, claimant)
       SELECT $1, actor, 0, '' FROM unnest($2::text[]) actor ON CONFLICT DO NOTHING
      """;

  /** The rows are locked in the order of their keys: two claims wait for each other in line. */
  private static final String TAKE =
      """
      WITH held AS MATERIALIZED (
        SELECT epoch FROM dreamkeeper.cell WHERE project = $1 ORDER BY actor FOR UPDATE)
      UPDATE dreamkeeper.cell SET epoch = 1 + (SELECT max(epoch) FROM held), claimant = $3,
        content = CASE WHEN actor = $2 THEN $4::text::json ELSE content END
       WHERE project = $1 RETURNING epoch
      """;

  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('dreamkeeper ' || $1, 0))";

  private static final String UNLOCK =
      "SELECT pg_advisory_unlock(hashtextextended('dreamkeeper ' || $1, 0))";

  private static final String WHO =
      "SELECT content::text FROM dreamkeeper.cell WHERE project = $1 AND actor = $2";

  private final Database database;
  private final String project;
  private final int patienceMs;
  private final String claimant = UUID.randomUUID().toString();

  private long claimedEpoch;
  private PgConnection session;
  private volatile boolean locked;
  private volatile String lost;

  /** Since when no answer came, by the machine's clock; 0 while they come. */
  private volatile long silentSince;

  Claim(Database database, String project, int patienceMs) {
    this.database = database;
    this.project = project;
    this.patienceMs = patienceMs;
  }

  /** Takes it, for an instance. */
  void take(String instance) throws DatabaseFailure {
    lockSession();
    if (!locked) {
      throw new InUseException("project " + project + " is served by " + who());
    }
    database.ask(ENTER, project, new String[] {SELF, LOCK, LOG, STATE});
    JsonObject self =
        new JsonObject()
            .put("instance", instance)
            .put("pid", ProcessHandle.current().pid())
            .put("host", host());
    claimedEpoch = ask(TAKE, SELF, claimant, self.encode()).iterator().next().getLong("epoch");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "a host without a name";
    }
  }

  private String who() throws DatabaseFailure {
    for (Row row : ask(WHO, SELF)) {
      if (row.getString(0) != null) {
        JsonObject other = new JsonObject(row.getString(0));
        return "process " + other.getValue("pid") + " on " + other.getValue("host");
      }
    }
    return "a host that is just starting";
  }

  /** Takes the lock of the session, if that has ended, with the connection. */
  void lockSession() throws DatabaseFailure {
    if (locked) {
      return;
    }
    release();
    session = database.open();
    session.closeHandler(ended -> locked = false);
    locked = database.ask(session, TRY_LOCK, project).iterator().next().getBoolean(0);
  }

  /** Gives the lock back now: the server ends a session some time after it was closed. */
  void release() {
    if (session == null) {
      return;
    }
    try {
      if (locked) {
        database.ask(session, UNLOCK, project);
      }
    } catch (DatabaseFailure gone) {
      // Then the server frees it when it notices that the session has ended.
    }
    session.close();
  }

  long claimedEpoch() {
    return claimedEpoch;
  }

  String claimant() {
    return claimant;
  }

  boolean owns(Row row) {
    return claimant.equals(row.getString("claimant"));
  }

  String lost() {
    return lost;
  }

  /** Takes note that it is gone; gives what everything fails with from now on. */
  StoreException lose() {
    lost = "project " + project + " in " + database.place() + " was claimed by another host";
    return new StoreException(lost, false);
  }

  /** Begins a call. */
  Attempt attempt(String actor) {
    if (lost != null) {
      throw new StoreException(lost, false);
    }
    long begun = silentSince == 0 ? System.nanoTime() : silentSince;
    return new Attempt(actor, begun + TimeUnit.MILLISECONDS.toNanos(patienceMs));
  }

  /** Carries out a statement, once; $1 is the project. */
  RowSet<Row> ask(String sql, Object... more) throws DatabaseFailure {
    List<Object> values = new ArrayList<>(List.of(project));
    values.addAll(Arrays.asList(more));
    try {
      RowSet<Row> rows = database.ask(sql, values.toArray());
      silentSince = 0;
      return rows;
    } catch (DatabaseFailure failure) {
      if (failure.kind() == Kind.REFUSED) {
        silentSince = 0;
      } else if (silentSince == 0) {
        silentSince = System.nanoTime();
      }
      throw failure;
    }
  }

  /** Carries out a statement that changes nothing, again and again while no answer comes. */
  RowSet<Row> read(String actor, String sql, Object... more) {
    return read(attempt(actor), sql, more);
  }

  RowSet<Row> read(Attempt attempt, String sql, Object... more) {
    while (true) {
      try {
        return ask(sql, more);
      } catch (DatabaseFailure failure) {
        attempt.failed(failure, false);
      }
    }
  }
}
