package org.dreamkeeper.host.command;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperNode;
import org.dreamkeeper.Locks;
import org.dreamkeeper.bus.impl.ClusterNodes;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.postgres.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A project of a database is asked about as one of a directory is. */
final class DatabaseCommandsTest extends CommandTestBase {
  private static final String TABLES =
      "SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'dreamkeeper'";

  private TestDatabase database;
  private String place;

  @BeforeEach
  void makeOne() {
    database = TestDatabase.of(dir);
    place = database.uri() + "#notes";
  }

  private Ran about(String... command) {
    return answering(null, with(command));
  }

  private String[] with(String... command) {
    String[] all = Arrays.copyOf(command, command.length + 2);
    all[command.length] = "--dir";
    all[command.length + 1] = place;
    return all;
  }

  private Dreamkeeper host() {
    return host(
        JsonObject.of(
            "projects",
            new JsonArray().add(JsonObject.of("address", "notes", "postgres", database.uri()))));
  }

  /** All rows, and the versions of each. */
  private Map<String, String> rows() {
    Map<String, String> all = new TreeMap<>();
    for (String table : database.sql(TABLES).split(" ", -1)) {
      String rows = "SELECT string_agg(e.xmin || ' ' || e::text, chr(10)) FROM dreamkeeper.%s e";
      all.put(table, database.sql(rows.formatted(table)));
    }
    return all;
  }

  private String dream(Dreamkeeper keeper) {
    return dream(Locks.take(keeper, "nightly"));
  }

  private static String dream(DreamLock lock) {
    String id = await(lock.log().nextId());
    await(lock.log().save(DreamLogEntry.processing(id, Instant.now(), DreamTrigger.MANUAL)));
    return id;
  }

  /** Ends the host, and leaves the rows as it had them. */
  private void crash() {
    JsonObject about = new JsonObject(database.sql("SELECT about::text FROM dreamkeeper.node"));
    String lock = database.sql("SELECT content::text FROM dreamkeeper.cell WHERE actor = 'lock'");
    String entry = database.sql("SELECT content::text FROM dreamkeeper.entry");
    unserve();
    database.sql("UPDATE dreamkeeper.cell SET content = ?::json WHERE actor = 'lock'", lock);
    database.sql("UPDATE dreamkeeper.entry SET content = ?::json", entry);
    database.sql(
        "INSERT INTO dreamkeeper.node (node, serves, about) VALUES ('dead', false, ?::json)",
        about.put("pid", 4194305).encode());
    database.sql("UPDATE dreamkeeper.project SET node = 'dead'");
  }

  @Test
  void whereNobodyServesItItIsLookedAtAndNothingChanges() {
    Dreamkeeper keeper = host();
    await(keeper.state().incrementCurationCount(7));
    String id = dream(keeper);
    crash();
    Map<String, String> before = rows();
    about("status")
        .says(
            "notes  127.0.0.1:",
            "(served by nobody)",
            "7 curations since",
            id + " was left in the middle",
            "which is dead, has left it held");
    about("why").says("host       nobody serves it");
    about("log").says(id + "  error", "Interrupted");
    about("log", id).says(id + "  error");
    about("events").says("lock.acquired", "\"owner\":\"nightly\"");
    Ran doctor = about("doctor");
    assertEquals(23, doctor.code());
    doctor.says("log " + id + ": its dream was left in the middle", "lock: PID ");
    assertEquals(22, about("doctor", "--fix").code());
    assertEquals(20, about("events", "--follow").code());
    JsonObject told = about("status", "--json").project();
    assertEquals(
        7, told.getJsonObject("overview").getJsonObject("state").getInteger("curationsSinceDream"));
    assertEquals(false, told.getBoolean("served"));
    assertEquals(before, rows());
  }

  @Test
  void whatIsWrittenIsServedForTheMoment() throws IOException {
    Dreamkeeper keeper = host();
    String id = dream(keeper);
    crash();
    about("unlock").says("The lock is free: PID ");
    about("unlock").says("The lock was free.");
    about("log").says(id + "  error");
    assertEquals("0", database.sql("SELECT count(*) FROM dreamkeeper.node"));
    assertEquals(20, about("cancel").code());
    about("events").says("lock.takenOver", "log.interrupted");
  }

  private static void deployNode(Vertx member, JsonObject config) {
    config.put("projects", new JsonArray().add(JsonObject.of("address", "notes")));
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    await(member.deployVerticle(new DreamkeeperNode(), options));
  }

  /** Nobody knows here where he lives, then a row says so. */
  @Test
  void aHolderWhoLivesElsewhereKeepsTheLockThatNobodyServes() {
    String cluster = UUID.randomUUID().toString();
    Vertx node = await(ClusterNode.join(cluster));
    Vertx worker = await(ClusterNode.join(cluster));
    Vertx next = await(ClusterNode.join(cluster));
    try {
      deployNode(node, JsonObject.of("postgres", database.uri()));
      deployNode(worker, JsonObject.of("serve", false));
      Dreamkeeper keeper = Dreamkeeper.client(worker, "notes");
      DreamLock lock = Locks.take(keeper, "nightly");
      String id = dream(lock);
      database.sql(
          "INSERT INTO dreamkeeper.entry (project, id, content) VALUES ('notes', 'drm-1', '{}')");
      await(node.close());
      about("status").says("held by PID ", "for " + id);
      about("cancel", "--reason", "enough").says("It is asked to stop");
      JsonObject row = JsonObject.of("pid", 7, "host", "alpha", "start", "another boot/1");
      database.sql(
          "INSERT INTO dreamkeeper.node (node, serves, about) VALUES ('alpha', false, ?::json)",
          row.put("bus", ClusterNodes.own(worker)).encode());
      about("doctor", "--fix", "--yes").says("Mended");
      assertEquals(21, about("unlock").code());
      deployNode(next, JsonObject.of("postgres", database.uri()));
      await(lock.renew());
      assertEquals("enough", await(lock.cancelled()));
      await(lock.release());
    } finally {
      await(worker.close());
      await(next.close());
    }
  }

  @Test
  void aHolderWhoseNodeIsDeadIsFreedAtOnce() {
    dream(host());
    crash();
    database.sql(
        "UPDATE dreamkeeper.node SET about = (about::jsonb || '{\"bus\": \"gone\"}')::json");
    database.sql(
        "UPDATE dreamkeeper.cell SET content = (content::jsonb"
            + " || '{\"node\": \"gone\", \"spentMs\": 0}')::json WHERE actor = 'lock'");
    about("status").says("held by PID ");
    about("unlock", "--force", "--yes").says("The lock is free: PID ");
    about("events").says("lock.takenOver", "\"why\":\"dead\"");
  }

  @Test
  void whereAHostServesItThatOneIsAsked() {
    Dreamkeeper keeper = host();
    DreamLock lock = Locks.take(keeper, "nightly");
    String pid = "PID " + ProcessHandle.current().pid();
    about("status").says("served by " + pid, "held by " + pid + " (\"nightly\")");
    about("why").says("cancel asks that dream to stop");
    about("cancel", "--reason", "enough").says("It is asked to stop");
    await(lock.renew());
    assertEquals("enough", await(lock.cancelled()));
    assertEquals(21, about("unlock").code());
    about("unlock", "--force", "--yes").says("(\"nightly\") had it.");
    about("doctor").says("No problems found.");
    assertTrue(about("status", "--json").project().getBoolean("served"));
  }

  @Test
  void aNodesProjectsAreFoundByItsConfiguration() throws IOException {
    JsonObject config =
        JsonObject.of("postgres", database.uri())
            .put(
                "projects",
                new JsonArray()
                    .add(JsonObject.of("address", "notes", "gates", JsonObject.of("minHours", 5)))
                    .add(JsonObject.of("address", "dream")));
    host(config);
    Path file = dir.resolve("cluster.json");
    Files.writeString(file, config.encode());
    Ran both = run("why", "-conf", file.toString());
    both.says("notes  127.0.0.1:", "dream  127.0.0.1:", "served by PID ");
    run("doctor", "-conf", file.toString()).says("No problems found.");
    unserve();
    Files.writeString(file, config.encode().replace("\"minHours\":5", "\"minHours\":6"));
    run("doctor", "-conf", file.toString(), "--address", "notes")
        .says(
            "configuration",
            "notes: gates is {\"minHours\":6",
            "\"minHours\":5",
            "in the database");
    Ran one = run("why", "-conf", file.toString(), "--address", "notes");
    one.says("served by nobody", "curations  ");
    about("why", "--json");
    JsonObject told = about("status", "--json").project().getJsonObject("overview");
    assertTrue(told.getJsonObject("gates").encode().contains("\"minHours\":5"), told.encode());
  }

  @Test
  void whatIsServedElsewhereIsToldWithHostAndPid() {
    host();
    JsonObject about = new JsonObject(database.sql("SELECT about::text FROM dreamkeeper.node"));
    about.put("start", "another boot/1").put("host", "alpha").put("pid", 77).put("socket", "/no/s");
    database.sql("UPDATE dreamkeeper.node SET about = ?::json", about.encode());
    String why = "is served by PID 77 on alpha: ask there";
    refused(21, why, "status");
    refused(21, why, "unlock", "--force", "--yes");
    about.remove("socket");
    database.sql("UPDATE dreamkeeper.node SET about = ?::json", about.encode());
    refused(21, "PID 77 on alpha, which has no socket to be asked by", "why");
  }

  private void refused(int code, String why, String... command) {
    Ran ran = about(command);
    assertEquals(code, ran.code(), ran.toString());
    assertTrue(ran.err().contains(why), ran.err());
    assertEquals("", ran.out());
  }

  @Test
  void whatIsNotThereIsToldInOneLine() throws IOException {
    refused(20, "holds no project notes", "status");
    refused(20, "holds no project notes", "unlock");
    place = "postgresql://u:secret@127.0.0.1:1/x";
    refused(1, "127.0.0.1:1/x: ", "why");
    place = "postgresql://u:secret@/";
    refused(2, "postgres is not postgresql://", "why");
    Path file = dir.resolve("asks.json");
    Files.writeString(file, "{\"serve\": false, \"projects\": [{\"address\": \"notes\"}]}");
    Ran ran = run("status", "-conf", file.toString());
    assertEquals(21, ran.code());
    assertTrue(ran.err().contains("a node that only asks others"), ran.err());
  }
}
