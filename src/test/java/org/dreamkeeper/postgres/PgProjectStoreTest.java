package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.store.Keeping;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.ProjectStoreContract;

/** The contract, over PostgreSQL. */
class PgProjectStoreTest extends ProjectStoreContract {
  private static final Budget BUDGET = new Budget(64 << 20, 1 << 20);

  @Override
  protected Keeping keeping(Vertx vertx) {
    return new Rows(vertx, UUID.randomUUID().toString(), new Proxy(vertx));
  }

  private record Rows(Vertx vertx, String project, Proxy proxy) implements Keeping {
    private static final int STATEMENT_MS = 10_000;
    private static final int PATIENCE_MS = 1_000;

    @Override
    public boolean keepsReplies() {
      return false;
    }

    @Override
    public boolean keepsEvents() {
      return false;
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
      PgServer.sql(
          """
          CREATE OR REPLACE FUNCTION dreamkeeper.refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE 'No space left on device'; END $$
          """);
      PgServer.sql("DROP TRIGGER IF EXISTS refusal ON dreamkeeper.cell");
      if (fault == Fault.REFUSED) {
        PgServer.sql(
            """
            CREATE TRIGGER refusal BEFORE UPDATE ON dreamkeeper.cell
             FOR EACH ROW WHEN (NEW.project = '%s') EXECUTE FUNCTION dreamkeeper.refuse()
            """
                .formatted(project));
      }
      proxy.set(fault == Fault.UNCONFIRMED ? Proxy.Mode.DEAF : Proxy.Mode.PASS);
    }

    @Override
    public void takeClaim() {
      PgServer.sql("UPDATE dreamkeeper.project SET node = 'another' WHERE project = ?", project);
      PgServer.sql(
          "UPDATE dreamkeeper.cell SET epoch = epoch + 1, claimant = 'another' WHERE project = ?",
          project);
    }

    /** What cannot stand there, stands as a text. */
    @Override
    public void putState(String text) {
      PgServer.sql(
          "UPDATE dreamkeeper.cell SET content = ?::json WHERE project = ? AND actor = 'state'",
          json(text),
          project);
    }

    @Override
    public void putEntry(String id, String text) {
      if (text == null) {
        PgServer.sql("DELETE FROM dreamkeeper.entry WHERE project = ? AND id = ?", project, id);
      } else {
        PgServer.sql(
            "INSERT INTO dreamkeeper.entry (project, id, content) VALUES (?, ?, ?::json)"
                + " ON CONFLICT (project, id) DO UPDATE SET content = EXCLUDED.content",
            project,
            id,
            json(text));
      }
      PgServer.sql(
          "UPDATE dreamkeeper.cell SET stamp = 'theirs' WHERE project = ? AND actor = 'log'",
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
      return PgServer.sql(
          "SELECT content::text FROM dreamkeeper.cell WHERE project = ? AND actor = 'state'",
          project);
    }

    @Override
    public int statesSetAside() {
      return Integer.parseInt(
          PgServer.sql("SELECT count(*) FROM dreamkeeper.aside WHERE project = ?", project));
    }
  }
}
