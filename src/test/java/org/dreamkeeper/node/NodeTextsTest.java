package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Served;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts of a project are where a node says that they are: on that node. */
final class NodeTextsTest {
  private final Nodes nodes = new Nodes();

  @TempDir Path texts;

  @AfterEach
  void close() {
    nodes.close();
  }

  private String dream(Dreamkeeper keeper) {
    Consolidate merge =
        new Consolidate(Consolidate.Action.MERGE, List.of("a.md"), "a.md", null, false, "the same");
    RunResult<Void> result =
        await(
            keeper.run(
                new RunOptions().setForce(true),
                run -> run.texts().write("a.md", "merged").record(merge)));
    return ((RunResult.Completed<Void>) result).entry().id();
  }

  private static void assertRefused(Vertx on, String id, String reason) {
    Dreamkeeper keeper = Dreamkeeper.client(on, "notes");
    for (Future<?> asked :
        List.of(keeper.admin().diff(id, 0), keeper.admin().planUndo(UndoRequest.of(id)))) {
      String no = assertThrows(Served.Failed.class, () -> await(asked)).getCause().getMessage();
      assertTrue(no.startsWith(reason), no);
    }
  }

  @Test
  void whoHasTheFolderTakesBackAndWhoHasNotNamesIt() throws IOException {
    Files.writeString(texts.resolve("a.md"), "before");
    JsonObject config = Nodes.config(nodes.uri, "notes");
    config.getJsonArray("projects").getJsonObject(0).put("texts", texts.toString());
    Vertx has = nodes.member();
    await(nodes.deploy(has, config));
    Dreamkeeper keeper = Dreamkeeper.client(has, "notes");
    String id = dream(keeper);
    assertEquals("merged", Files.readString(texts.resolve("a.md")));
    assertTrue(await(keeper.admin().diff(id, 0)).toString().contains("before"));
    UndoPlan plan = await(keeper.admin().planUndo(UndoRequest.of(id)));
    await(keeper.admin().undo(plan));
    assertEquals("before", Files.readString(texts.resolve("a.md")));

    String second = dream(keeper);
    Vertx knowsNone = nodes.node("notes");
    nodes.close(has);
    String none =
        "this process knows no folder of texts: set texts in the project's configuration, or give"
            + " the command --texts DIR";
    assertRefused(knowsNone, second, "INVALID_REQUEST: " + none);

    Path absent = texts.resolve("absent");
    config.getJsonArray("projects").getJsonObject(0).put("texts", absent.toString());
    Vertx hasNot = nodes.member();
    await(nodes.deploy(hasNot, config));
    nodes.close(knowsNone);
    assertRefused(
        hasNot,
        second,
        "STORAGE_FAILED: the texts "
            + absent
            + ": there is no such folder; make it, or correct texts");
    assertEquals("merged", Files.readString(texts.resolve("a.md")));
  }
}
