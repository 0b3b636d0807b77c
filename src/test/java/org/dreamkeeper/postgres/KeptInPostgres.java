package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dreamkeeper.Kept;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.store.ProjectStore;

/** A project in a database, which a directory stands for: a new one for each. */
public final class KeptInPostgres implements Kept {
  private static final Budget BUDGET = new Budget(64 << 20, 1 << 20);

  /** But for the nodes', which beat. */
  private static final String TABLES =
      "SELECT string_agg(tablename, ' ') FROM pg_tables"
          + " WHERE schemaname = 'dreamkeeper' AND tablename <> 'node'";

  private static final int STATEMENT_MS = 10_000;
  private static final int PATIENCE_MS = 1_000;

  private final Vertx vertx;
  private final String project;
  private final TestDatabase database;
  private final Proxy proxy;

  public KeptInPostgres(Vertx vertx, Path directory, String project) {
    this.vertx = vertx;
    this.project = project;
    this.database = TestDatabase.of(directory);
    this.proxy = new Proxy(database.uri());
  }

  @Override
  public JsonObject config() {
    return new JsonObject().put("postgres", proxy.uri()).put("address", project);
  }

  @Override
  public Machine machine() {
    return Machine.REAL;
  }

  @Override
  public Future<? extends ProjectStore> open(String instance) {
    ProjectThreads threads = new ProjectThreads(vertx, instance);
    NodeTable table = new NodeTable(vertx, proxy.uri(), STATEMENT_MS);
    PgOptions options = new PgOptions(instance, project, instance, BUDGET, PATIENCE_MS);
    return table
        .leave(instance)
        .otherwiseEmpty()
        .compose(gone -> table.enter(instance, true, JsonObject.of("pid", 1, "host", "here")))
        .compose(entered -> table.enterProject(project, false, new JsonObject()))
        .compose(entered -> table.claim(instance, 1, List.of(project), List.of()))
        .compose(claimed -> PgProjectStore.open(table, Time.system(vertx), threads, options));
  }

  @Override
  public void changesAre(Fault fault) {
    // What a server without space does: it answers, and it reads.
    database.sql(
        """
        CREATE OR REPLACE FUNCTION dreamkeeper.refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE 'No space left on device'; END $$
        """);
    database.sql("DROP TRIGGER IF EXISTS refusal ON dreamkeeper.cell");
    if (fault == Fault.REFUSED) {
      database.sql(
          """
          CREATE TRIGGER refusal BEFORE UPDATE ON dreamkeeper.cell
           FOR EACH ROW EXECUTE FUNCTION dreamkeeper.refuse()
          """);
    }
    proxy.set(fault == Fault.UNCONFIRMED ? Proxy.Mode.DEAF : Proxy.Mode.PASS);
  }

  @Override
  public void takeClaim() {
    database.sql("UPDATE dreamkeeper.project SET node = 'another' WHERE project = ?", project);
    database.sql(
        "UPDATE dreamkeeper.cell SET epoch = epoch + 1, claimant = 'another' WHERE project = ?",
        project);
  }

  @Override
  public void claimedBefore(long epoch) {
    database.sql(
        "INSERT INTO dreamkeeper.cell (project, actor, epoch, claimant) SELECT ?, actor, ?, ''"
            + " FROM unnest(ARRAY['claim', 'lock', 'log', 'state']) actor",
        project,
        epoch);
  }

  @Override
  public byte[] lock() {
    return database
        .sql(
            "SELECT content::text FROM dreamkeeper.cell WHERE project = ? AND actor = 'lock'",
            project)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void putLock(byte[] content) {
    putContent("lock", new String(content, StandardCharsets.UTF_8));
  }

  @Override
  public void completedAt(Instant at) {
    putContent("lock", new JsonObject().put("completedAt", at).encode());
  }

  private void putContent(String actor, String json) {
    database.sql(
        "INSERT INTO dreamkeeper.cell (project, actor, epoch, claimant, content)"
            + " VALUES (?, ?, 0, '', ?::json)"
            + " ON CONFLICT (project, actor) DO UPDATE SET content = EXCLUDED.content",
        project,
        actor,
        json);
  }

  /** What cannot stand there, stands as a text. */
  @Override
  public void putState(String text) {
    putContent("state", json(text));
  }

  @Override
  public void putEntry(String id, String text) {
    if (text == null) {
      database.sql("DELETE FROM dreamkeeper.entry WHERE project = ? AND id = ?", project, id);
    } else {
      database.sql(
          "INSERT INTO dreamkeeper.entry (project, id, content) VALUES (?, ?, ?::json)"
              + " ON CONFLICT (project, id) DO UPDATE SET content = EXCLUDED.content",
          project,
          id,
          json(text));
    }
    database.sql(
        "UPDATE dreamkeeper.cell SET claimant = claimant WHERE project = ? AND actor = 'log'",
        project);
  }

  private static String json(String text) {
    return text == null || isJson(text) ? text : Json.encode(text);
  }

  private static boolean isJson(String text) {
    try {
      Json.decodeValue(text);
      return true;
    } catch (DecodeException no) {
      return false;
    }
  }

  @Override
  public String state() {
    return database.sql(
        "SELECT content::text FROM dreamkeeper.cell WHERE project = ? AND actor = 'state'",
        project);
  }

  @Override
  public int statesSetAside() {
    return Integer.parseInt(
        database.sql("SELECT count(*) FROM dreamkeeper.aside WHERE project = ?", project));
  }

  @Override
  public String entry(String id) {
    return database.sql(
        "SELECT content::text FROM dreamkeeper.entry WHERE project = ? AND id = ?", project, id);
  }

  @Override
  public Map<String, String> all() {
    Map<String, String> all = new TreeMap<>();
    for (String table : database.sql(TABLES).split(" ", -1)) {
      String rows =
          "SELECT string_agg(each.xmin || ' ' || each::text, chr(10)) FROM dreamkeeper.%s each";
      all.put(table, database.sql(rows.formatted(table)));
    }
    return all;
  }
}
