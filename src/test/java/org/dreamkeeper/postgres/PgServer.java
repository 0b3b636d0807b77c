package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The PostgreSQL of a test run: the database that {@code DREAMKEEPER_PG} names, as {@code
 * postgresql://user:password@host:port/database}; else a {@link PgProcess}, started once.
 */
public final class PgServer {
  private static final String GIVEN = System.getenv("DREAMKEEPER_PG");
  private static PgProcess own;

  private PgServer() {}

  /** The URI of its database. */
  public static synchronized String uri() {
    if (GIVEN != null) {
      return GIVEN;
    }
    if (own == null) {
      own = new PgProcess(false);
    }
    return own.uri();
  }

  /** The URI of a database of that name, which is made if it is missing. */
  public static synchronized String uri(String database) {
    if (sql("SELECT 1 FROM pg_database WHERE datname = ?", database) == null) {
      sql("CREATE DATABASE " + database);
    }
    return uri().replaceAll("/[^/]*$", "/" + database);
  }

  /** The configuration of a project that is kept in a database, one for each directory. */
  public static JsonObject config(Path directory) {
    String database = "test_" + Integer.toHexString(directory.toString().hashCode());
    return new JsonObject().put("postgres", uri(database));
  }

  private static Connection connect() throws SQLException {
    PgConnectOptions where = PgConnectOptions.fromUri(uri());
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s"
            .formatted(where.getHost(), where.getPort(), where.getDatabase()),
        where.getUser(),
        where.getPassword());
  }

  /** Carries out a statement, as somebody beside the store; gives the first value, or null. */
  public static String sql(String statement, Object... values) {
    try (Connection connection = connect();
        PreparedStatement prepared = connection.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      if (!prepared.execute()) {
        return null;
      }
      ResultSet rows = prepared.getResultSet();
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException failure) {
      throw new AssertionError(statement, failure);
    }
  }
}
