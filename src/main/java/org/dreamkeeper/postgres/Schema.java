package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.util.List;
import org.dreamkeeper.store.StoreException;

/** The tables, made and brought up to date by whoever comes first; others wait for him. */
record Schema(Database database) {
  /** Each brings the schema from the version that is its index to the next. Never change one. */
  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE dreamkeeper.cell (
            project text NOT NULL,
            actor text NOT NULL,
            epoch bigint NOT NULL,
            claimant text NOT NULL,
            stamp text NOT NULL DEFAULT '',
            content json,
            PRIMARY KEY (project, actor));
          CREATE TABLE dreamkeeper.aside (
            project text NOT NULL,
            name text NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            content json,
            PRIMARY KEY (project, name));
          CREATE TABLE dreamkeeper.entry (
            project text NOT NULL,
            id text NOT NULL,
            at bigint NOT NULL DEFAULT extract(epoch FROM clock_timestamp()) * 1000,
            content json,
            PRIMARY KEY (project, id));
          CREATE TABLE dreamkeeper.appended (
            project text NOT NULL,
            id text NOT NULL,
            n bigint NOT NULL,
            operation json NOT NULL,
            PRIMARY KEY (project, id, n),
            FOREIGN KEY (project, id) REFERENCES dreamkeeper.entry ON DELETE CASCADE);
          """,
          """
          CREATE TABLE dreamkeeper.node (
            node text PRIMARY KEY,
            beat bigint NOT NULL DEFAULT 0,
            serves boolean NOT NULL,
            about json NOT NULL);
          CREATE TABLE dreamkeeper.project (
            project text PRIMARY KEY,
            node text,
            term bigint NOT NULL DEFAULT 0,
            shared boolean NOT NULL DEFAULT false,
            settings json NOT NULL);
          """,
          """
          ALTER TABLE dreamkeeper.cell
            DROP COLUMN stamp,
            ADD COLUMN commits bigint NOT NULL DEFAULT 0,
            ADD COLUMN events bigint NOT NULL DEFAULT 0,
            ADD COLUMN weight bigint NOT NULL DEFAULT 0,
            ADD COLUMN trimmed bigint NOT NULL DEFAULT 0;
          CREATE TABLE dreamkeeper.journal (
            project text NOT NULL,
            actor text NOT NULL,
            n bigint NOT NULL,
            epoch bigint NOT NULL,
            weight bigint NOT NULL,
            written text[] NOT NULL,
            removed text[] NOT NULL,
            replies json,
            PRIMARY KEY (project, actor, n));
          CREATE TABLE dreamkeeper.event (
            project text NOT NULL,
            actor text NOT NULL,
            n bigint NOT NULL,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            content json NOT NULL,
            PRIMARY KEY (project, actor, n));
          """,
          """
          ALTER TABLE dreamkeeper.event
            ALTER COLUMN content TYPE json USING ('[' || content::text || ']')::json;
          """,
          """
          ALTER TABLE dreamkeeper.journal
            ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp();
          """);

  private static final long LOCK = 0x647265616d6b6565L;

  private static final String FIRST =
      """
      SELECT pg_advisory_xact_lock(%d);
      CREATE SCHEMA IF NOT EXISTS dreamkeeper;
      CREATE TABLE IF NOT EXISTS dreamkeeper.schema_version (version int NOT NULL);
      """;

  /** Done unless another one was faster. */
  private static final String STEP =
      """
      DO $step$ BEGIN
        IF (SELECT count(*) FROM dreamkeeper.schema_version) = %1$d THEN
          %2$s
          INSERT INTO dreamkeeper.schema_version VALUES (%1$d + 1);
        END IF;
      END $step$;
      """;

  /**
   * Tells whether it is there, and what this build knows; makes and changes nothing. An older one
   * is refused: whoever serves it next brings it up to date.
   */
  Future<Boolean> present() {
    return found()
        .map(
            version -> {
              if (version != 0 && version < STEPS.size()) {
                throw new StoreException(
                    "the schema dreamkeeper is of version %d, older than %d: serve it first with this build"
                        .formatted(version, STEPS.size()),
                    false);
              }
              return version != 0;
            });
  }

  /** Brings it up to date. A newer one is refused: who wrote it knows more of it. */
  Future<Void> prepare() {
    return found()
        .compose(
            version ->
                version == STEPS.size()
                    ? Future.succeededFuture()
                    : database.open().compose(it -> prepare(it).eventually(it::close)));
  }

  /** One transaction, for it is one message: all is done, or nothing. */
  private Future<Void> prepare(PgConnection connection) {
    StringBuilder script = new StringBuilder(FIRST.formatted(LOCK));
    for (int version = 0; version < STEPS.size(); version++) {
      script.append(STEP.formatted(version, STEPS.get(version)));
    }
    return database
        .answer(connection.query(script.toString()).execute())
        .compose(done -> found())
        .mapEmpty();
  }

  /** The version that is there: one row each. */
  private Future<Integer> found() {
    return number("SELECT count(to_regclass('dreamkeeper.schema_version'))::int")
        .compose(
            there ->
                there == 0
                    ? Future.succeededFuture(0)
                    : number("SELECT count(*)::int FROM dreamkeeper.schema_version"))
        .map(
            version -> {
              if (version > STEPS.size()) {
                throw new StoreException(
                    "the schema dreamkeeper is of version %d, newer than %d: serve it with a newer build"
                        .formatted(version, STEPS.size()),
                    false);
              }
              return version;
            });
  }

  private Future<Integer> number(String sql) {
    return database.ask(sql).map(rows -> rows.iterator().next().getInteger(0));
  }
}
