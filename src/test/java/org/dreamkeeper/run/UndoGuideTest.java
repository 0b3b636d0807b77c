package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.log.Consolidate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story that the guide tells is what happens. */
final class UndoGuideTest {
  private static final Path GUIDE = Path.of("src/docs/undo.md");
  private static final String ID = "drm-1775822400000";

  @TempDir Path dir;
  @TempDir Path texts;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  /** The block of the guide after a comment that names it. */
  private static String block(String name) throws IOException {
    Matcher block =
        Pattern.compile("<!-- " + name + " -->\n```\\w+\n(.*?)```\n", Pattern.DOTALL)
            .matcher(Files.readString(GUIDE));
    assertTrue(block.find(), name);
    return block.group(1);
  }

  private static void told(String name, JsonObject actual) throws IOException {
    assertEquals(new JsonObject(block(name)), actual, () -> name + ": " + actual.encodePrettily());
  }

  private String text(String path) throws IOException {
    return Files.readString(texts.resolve(path));
  }

  @Test
  void itHappensAsItIsTold() throws IOException {
    ManualTime time = new ManualTime(1_775_822_400_000L);
    JsonObject config = Served.config(dir).put("texts", texts.toString());
    Served served = Served.at(vertx, time, Machine.REAL, config);
    Dreamkeeper keeper = Keepers.client(vertx, "dream", 30_000, time);
    for (String path : List.of("deploy.md", "rollback.md", "limits.md", "rate-limits.md")) {
      Files.writeString(texts.resolve(path), block(path));
    }
    RunTestBase.completed(
        await(keeper.run(new RunOptions().setForce(true), run -> dream(run).mapEmpty())));
    JsonObject first = new JsonObject().put("id", ID).put("operation", 0);
    told("diff", served.ask("admin", "diff", first));
    JsonObject wanted = new JsonObject().put("id", ID).put("operations", new JsonArray().add(0));
    JsonObject plan = served.ask("admin", "undo", wanted.copy().put("dryRun", true));
    told("plan", plan);
    wanted.put("plan", plan.getString("plan"));
    told("plan", served.ask("admin", "undo", wanted));
    assertEquals(block("deploy.md"), text("deploy.md"));
    assertEquals(block("rollback.md"), text("rollback.md"));
    assertEquals(block("limits.md"), text("limits.md"));
    assertTrue(Files.notExists(texts.resolve("rate-limits.md")), "the rest is kept");
    JsonObject entry = served.ask("log", "getById", new JsonObject().put("id", ID));
    assertEquals("completed", entry.getString("status"));
    assertEquals(new JsonArray().add(0), entry.getJsonArray("undoneOperations"));
    assertEquals(
        "# Releasing\nRun `make release`.\n", text(".dreamkeeper.undo-" + ID + "/0/deploy.md"));
    served.close();
  }

  private static Future<Void> dream(DreamRun run) {
    return run.texts()
        .write("deploy.md", "# Releasing\nRun `make release`.\n")
        .delete("rollback.md")
        .record(merge("deploy.md", "rollback.md"))
        .compose(
            wrong ->
                run.texts().delete("rate-limits.md").record(merge("limits.md", "rate-limits.md")));
  }

  private static Consolidate merge(String output, String other) {
    List<String> files = List.of(output, other);
    return new Consolidate(
        Consolidate.Action.MERGE, files, output, null, false, "they say the same");
  }
}
