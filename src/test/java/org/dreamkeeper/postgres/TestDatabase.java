package org.dreamkeeper.postgres;

import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** One database, and what somebody beside the store does there. */
public final class TestDatabase {
  private static final Map<Path, TestDatabase> OF = new HashMap<>();

  /** The latest to be asked has the only connection. */
  private static TestDatabase latest;

  private static Connection connection;

  private final String uri;

  TestDatabase(String uri) {
    this.uri = uri;
  }

  /** The one that stands for a directory. */
  public static synchronized TestDatabase of(Path directory) {
    return OF.computeIfAbsent(directory, first -> new TestDatabase(PgServer.uriOfNew()));
  }

  /** Its URI. */
  public String uri() {
    return uri;
  }

  /** A session of its own. */
  Connection connect() throws SQLException {
    PgConnectOptions where = PgConnectOptions.fromUri(uri);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s"
            .formatted(where.getHost(), where.getPort(), where.getDatabase()),
        where.getUser(),
        where.getPassword());
  }

  private Connection connection() throws SQLException {
    if (latest != this || !connection.isValid(1)) {
      if (connection != null) {
        connection.close();
      }
      connection = connect();
      latest = this;
    }
    return connection;
  }

  /** Carries out a statement; gives the first value, or null. */
  public String sql(String statement, Object... values) {
    synchronized (TestDatabase.class) {
      try (PreparedStatement prepared = connection().prepareStatement(statement)) {
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
}
