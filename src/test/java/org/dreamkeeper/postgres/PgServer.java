package org.dreamkeeper.postgres;

import static org.dreamkeeper.Requests.await;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * The PostgreSQL of a test run: the database that {@code DREAMKEEPER_PG} names, as {@code
 * postgresql://user:password@host:port/database}; else a {@link PgProcess}, started once.
 */
public final class PgServer {
  private static final String GIVEN = System.getenv("DREAMKEEPER_PG");
  private static final int SCHEMA_MS = 30_000;

  /** The first is what the others are copied from. */
  private static final List<String> MADE = new ArrayList<>();

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

  /** Makes a database that has the service's tables, and gives its URI. */
  public static synchronized String uriOfNew() {
    String template = MADE.isEmpty() ? template() : MADE.get(0);
    return create(" TEMPLATE " + template + " STRATEGY file_copy");
  }

  private static String template() {
    Vertx vertx = Vertx.vertx();
    try {
      Database database = new Database(vertx, PgOptions.connect(create("")), SCHEMA_MS, 1);
      await(new Schema(database).prepare());
      await(database.close());
    } finally {
      await(vertx.close());
    }
    return MADE.get(0);
  }

  private static String create(String how) {
    TestDatabase first = new TestDatabase(uri());
    if (MADE.isEmpty() && GIVEN != null) {
      Runtime.getRuntime().addShutdownHook(new Thread(PgServer::dropAll));
    }
    String name = "dreamkeeper_" + ProcessHandle.current().pid() + "_" + MADE.size();
    first.sql("CREATE DATABASE " + name + how);
    MADE.add(name);
    return uri().replaceAll("/[^/]*$", "/" + name);
  }

  private static synchronized void dropAll() {
    TestDatabase first = new TestDatabase(uri());
    MADE.forEach(each -> first.sql("DROP DATABASE " + each + " WITH (FORCE)"));
  }

  /** Carries out a statement in its own database. */
  public static String sql(String statement, Object... values) {
    return new TestDatabase(uri()).sql(statement, values);
  }
}
