package org.dreamkeeper.postgres;

import io.vertx.pgclient.PgConnectOptions;
import java.util.Map;
import org.dreamkeeper.bus.impl.Budget;

/**
 * Which project is served, and how.
 *
 * @param node the node that is to serve it
 * @param project its name in the database
 * @param instance the claimant's id
 * @param budget how large what is read may be
 * @param patienceMs how long a call may go on trying while the database gives no answer
 */
public record PgOptions(
    String node, String project, String instance, Budget budget, int patienceMs) {
  /** Just less than a silent store is waited for: the answer then says more. */
  private static final int PATIENCE_MS = 9_500;

  /** Statements are planned once for all values, by the keys, however large tables are by then. */
  private static final String PLANS =
      "-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off"
          + " -c enable_hashjoin=off -c enable_mergejoin=off";

  /**
   * The server gives up by itself before we do, as long as it hears its own clock, and drops a
   * session, with its locks, whose host has vanished from the net.
   */
  private static final Map<String, String> SESSION =
      Map.of(
          "application_name", "dreamkeeper",
          "options", PLANS,
          "lock_timeout", "2000",
          "statement_timeout", "4500",
          "tcp_keepalives_idle", "5",
          "tcp_keepalives_interval", "1",
          "tcp_keepalives_count", "3");

  private static final int MAX_SQL = 1 << 16;

  /** Makes them with the time limits of production. */
  public PgOptions(String node, String project, String instance, Budget budget) {
    this(node, project, instance, budget, PATIENCE_MS);
  }

  /**
   * Names a database for a person, without credentials.
   *
   * @throws IllegalArgumentException if it is not the URI of a database; the message does not show
   *     it
   */
  public static String place(String uri) {
    return place(connect(uri));
  }

  static String place(PgConnectOptions to) {
    return to.getHost() + ":" + to.getPort() + "/" + to.getDatabase();
  }

  /**
   * Says how to connect.
   *
   * @throws IllegalArgumentException if it is not the URI of a database; the message does not show
   *     it; or if there is no client of PostgreSQL
   */
  static PgConnectOptions connect(String uri) {
    PgConnectOptions connect;
    try {
      connect = PgConnectOptions.fromUri(uri);
    } catch (RuntimeException wrong) {
      throw new IllegalArgumentException("postgres is not postgresql://user@host:5432/database");
    } catch (NoClassDefFoundError missing) {
      throw new IllegalArgumentException(
          "postgres needs io.vertx:vertx-pg-client, which is not on the class path: add that",
          missing);
    }
    String password = System.getenv("PGPASSWORD");
    if (connect.getPassword().isEmpty() && password != null) {
      connect.setPassword(password);
    }
    SESSION.forEach(connect::addProperty);
    // Ours are longer than what is kept prepared unless asked for.
    connect.setPreparedStatementCacheSqlLimit(MAX_SQL);
    connect.setCachePreparedStatements(true).setPipeliningLimit(1);
    return connect;
  }
}
