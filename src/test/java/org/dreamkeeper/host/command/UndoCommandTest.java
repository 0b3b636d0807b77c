package org.dreamkeeper.host.command;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a dream changed is shown and taken back, by its host or by the command itself. */
final class UndoCommandTest extends CommandTestBase {
  private Path texts;
  private String conf;
  private String id;
  private Dreamkeeper keeper;

  @BeforeEach
  void dream() throws IOException {
    texts = Files.createDirectory(dir.resolve("texts"));
    text("a.md", "one\n");
    text("b.md", "two\n");
    JsonObject project = JsonObject.of("baseDir", base.toString(), "texts", texts.toString());
    Path file = dir.resolve("conf.json");
    Files.writeString(file, JsonObject.of("projects", new JsonArray().add(project)).encode());
    conf = file.toString();
    keeper = serve("texts", texts.toString());
    Consolidate merge =
        new Consolidate(
            Consolidate.Action.MERGE, List.of("a.md", "b.md"), "a.md", null, false, "the same");
    RunResult<?> result =
        await(
            keeper.run(
                new RunOptions().setForce(true),
                run -> run.texts().write("a.md", "one\ntwo\n").delete("b.md").record(merge)));
    id = ((RunResult.Completed<?>) result).entry().id();
    assertEquals("one\ntwo\n", Files.readString(texts.resolve("a.md")));
  }

  private void text(String name, String text) throws IOException {
    Files.writeString(texts.resolve(name), text);
  }

  private void isAsBefore() throws IOException {
    assertEquals("one\n", Files.readString(texts.resolve("a.md")));
    assertEquals("two\n", Files.readString(texts.resolve("b.md")));
  }

  private Ran undo(String answers, String... more) {
    String[] all = new String[more.length + 4];
    all[0] = "undo";
    all[1] = id;
    all[2] = "-conf";
    all[3] = conf;
    System.arraycopy(more, 0, all, 4, more.length);
    return bare(answers, all);
  }

  @Test
  void byItsHost() throws IOException {
    bare(null, "log", id, "--diff", "-conf", conf)
        .says("CONSOLIDATE MERGE: a.md, b.md -> a.md", "a.md (as the dream left it)", "    +two");
    Ran plan = undo(null, "--dry-run");
    plan.says("a.md: its old text comes back", "All of it will be taken back.");
    plan.says("This is the last dream", "the gates are as open as they were before it", "Stop it");
    JsonObject told = undo(null, "--dry-run", "--json").json().getJsonObject("data");
    plan.says(told.getJsonObject("undo").getString("warning"));
    assertEquals(22, undo(null).code(), "nobody is there to ask");
    assertEquals(22, undo("n\n").code());
    assertEquals("one\ntwo\n", Files.readString(texts.resolve("a.md")));
    Ran done = undo("y\n");
    assertEquals(0, done.code());
    done.says("Take it back? [y/N] ", "All of it is taken back.");
    assertEquals(1, done.out().split("This is the last dream", -1).length - 1, "told before");
    isAsBefore();
    assertEquals(1, undo(null, "--yes").code(), "it is undone");
  }

  @Test
  void byTheCommandItself() throws IOException {
    unserve();
    undo(null, "--dry-run").says("a.md: its old text comes back");
    Ran done = undo(null, "--yes", "--json");
    assertEquals(
        "completed", done.json().getJsonObject("data").getJsonObject("undo").getString("status"));
    isAsBefore();
    run("log").says(id + "  undone");
  }

  @Test
  void ofAHostWhoseConfigurationIsJavaCode() throws IOException {
    String dir = base.toString();
    assertEquals(2, bare(null, "undo", id, "--dir", dir, "--texts", texts.toString()).code());
    unserve();
    Ran none = bare(null, "undo", id, "--dir", dir, "--dry-run");
    assertEquals(1, none.code());
    assertTrue(none.err().contains("or give the command --texts DIR"), none.err());
    bare(null, "log", id, "--diff", "--dir", dir, "--texts", texts.toString()).says("    +two");
    assertEquals(2, bare(null, "log", "--dir", dir, "--texts", texts.toString()).code());
    assertEquals(
        0, bare(null, "undo", id, "--yes", "--dir", dir, "--texts", texts.toString()).code());
    isAsBefore();
  }

  @Test
  void whatWasChangedSinceStaysUnlessForced() throws IOException {
    text("a.md", "mine\n");
    Ran left = undo(null, "--yes");
    assertEquals(23, left.code());
    left.says("a.md: it is not as the dream left it, and stays", "A part of it");
    assertEquals("mine\n", Files.readString(texts.resolve("a.md")));
    assertEquals(0, undo(null, "--yes", "--force", "a.md").code());
    isAsBefore();
  }

  @Test
  void whatIsTooLargeToBeComparedIsSaid() throws IOException {
    text("a.md", "x".repeat((1 << 20) + 1));
    bare(null, "log", id, "--diff", "-conf", conf)
        .says(
            "a.md (changed since the dream)",
            "its texts are not compared here (too large, or java-diff-utils is missing); --json"
                + " has them");
  }

  @Test
  void oneOperationOfTwo() {
    DreamLogEntry entry = await(keeper.log().getById(id)).orElseThrow();
    Prune more = new Prune(Prune.Action.KEEP, "a.md", "it is right", false, null, null);
    await(keeper.log().save(entry.withOperation(more)));
    Ran first = undo(null, "--operation", "0", "--dry-run");
    first.says("Operation 0 will be taken back; 1 other stays.");
    first.saysNot("the last dream");
    undo(null, "--operation", "0", "--yes").says("Operation 0 is taken back; 1 other stays.");
    Ran rest = undo(null, "--operation", "1", "--dry-run");
    rest.says("Operation 1 will be taken back, and so nothing of it is left.", "the last dream");
  }

  @Test
  void whatIsNotThere() {
    Ran none = bare(null, "undo", "drm-1", "-conf", conf);
    assertEquals(20, none.code());
    assertTrue(none.err().contains("there is no entry drm-1"));
    assertEquals(2, bare(null, "undo", "-conf", conf).code());
    assertEquals(2, undo(null, "--operation", "x").code());
    assertEquals(1, undo(null, "--operation", "7", "--dry-run").code());
  }
}
