package org.dreamkeeper.postgres;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the rows of nodes and projects let be done. */
@ExtendWith(VertxExtension.class)
final class NodeTableTest {
  private static final JsonObject ABOUT = JsonObject.of("pid", 1, "host", "here");

  private NodeTable table;
  private TestDatabase database;

  @BeforeEach
  void open(Vertx vertx) {
    database = TestDatabase.of(Path.of("/table", UUID.randomUUID().toString()));
    table = new NodeTable(vertx, database.uri());
    await(table.enter("a", true, ABOUT));
    await(table.enter("b", true, ABOUT));
    for (String project : List.of("p", "q", "r")) {
      await(table.enterProject(project, true, new JsonObject()));
    }
  }

  @AfterEach
  void close() {
    await(table.close());
  }

  private List<String> claim(String node) {
    return await(table.claim(node, 10, List.of(), List.of()));
  }

  @Test
  void whoHasBeatenSinceIsNotBuried() {
    await(table.look("a", null));
    assertFalse(await(table.bury("a", 0)));
    assertTrue(await(table.look("a", null)).member());
    assertTrue(await(table.bury("a", 2)));
    assertFalse(await(table.look("a", null)).member());
  }

  @Test
  void onlyWhatNobodyServesIsClaimedAndOnlyByWhoIsThere() {
    assertEquals(1, await(table.claim("a", 1, List.of(), List.of("q", "r"))).size());
    assertEquals(List.of("q", "r"), claim("b"));
    assertEquals(List.of(), claim("a"));
    await(table.leave("b"));
    assertEquals(List.of(), claim("b"));
    assertEquals(List.of("q", "r"), claim("a"));
  }

  @Test
  void whatIsPassedOnIsItsHeirs() {
    claim("a");
    assertTrue(await(table.pass("p", "a", "b")));
    assertFalse(await(table.pass("p", "a", "b")));
    assertEquals("b", await(table.look("b", null)).projects().get(0).node());
  }

  @Test
  void oneThatIsNotForAllIsLeftToItsOwnHost() {
    await(table.enterProject("own", false, new JsonObject()));
    assertEquals(List.of("p", "q", "r"), claim("a"));
    assertEquals(List.of("own"), await(table.claim("b", 1, List.of("own"), List.of())));
  }

  @Test
  void anOlderSchemaIsBroughtUpToDateAndANewerOneIsRefused() {
    String newest = "(SELECT max(ctid) FROM dreamkeeper.schema_version)";
    database.sql("DELETE FROM dreamkeeper.schema_version WHERE ctid = " + newest);
    database.sql("ALTER TABLE dreamkeeper.journal DROP COLUMN at");
    assertTrue(failure(table.find("p")).contains("older than"));
    await(Future.all(table.enter("c", true, ABOUT), table.enter("d", true, ABOUT)));
    await(table.find("p"));
    database.sql("INSERT INTO dreamkeeper.schema_version VALUES (0)");
    assertTrue(failure(table.enter("e", true, ABOUT)).contains("newer than"));
  }

  private static String failure(Future<?> of) {
    return await(of.transform(end -> Future.succeededFuture(end.cause().getMessage())));
  }
}
