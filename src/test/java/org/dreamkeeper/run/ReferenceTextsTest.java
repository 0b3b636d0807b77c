package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.Served;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.log.DreamStatus;
import org.junit.jupiter.api.Test;

/** Dreams of the reference's, taken back as far as they tell; and what it keeps beside them. */
final class ReferenceTextsTest extends TextUndoTestBase {
  private static final String ID = "drm-1793584800000";
  private Path brv;

  @Override
  void serve() {
    brv = dir.resolve("project/.brv");
    served =
        Served.at(
            vertx,
            org.dreamkeeper.bus.impl.async.Time.system(vertx),
            disk.machine(),
            Served.config(brv).put("texts", texts.toString()));
    keeper = org.dreamkeeper.Dreamkeeper.client(vertx);
  }

  private void entry(JsonObject... operations) throws IOException {
    JsonObject entry =
        new JsonObject()
            .put("id", ID)
            .put("startedAt", 1793584800003L)
            .put("operations", new JsonArray(List.of(operations)))
            .put(
                "summary",
                JsonObject.of(
                    "consolidated",
                    1,
                    "errors",
                    0,
                    "flaggedForReview",
                    1,
                    "pruned",
                    0,
                    "synthesized",
                    0))
            .put("trigger", "cli")
            .put("taskId", "task-2")
            .put("status", "completed")
            .put("completedAt", 1793585100000L);
    Files.createDirectories(brv.resolve("dream-log"));
    Files.writeString(brv.resolve("dream-log").resolve(ID + ".json"), entry.encodePrettily());
  }

  private static JsonObject merged() {
    return new JsonObject()
        .put("type", "CONSOLIDATE")
        .put("action", "MERGE")
        .put("inputFiles", new JsonArray().add("auth/a.md").add("auth/b.md"))
        .put("outputFile", "auth/a.md")
        .put("previousTexts", JsonObject.of("auth/a.md", "a v1", "auth/b.md", "b v1"))
        .put("needsReview", true)
        .put("reason", "r");
  }

  private static JsonObject archived() {
    return new JsonObject()
        .put("type", "PRUNE")
        .put("action", "ARCHIVE")
        .put("file", "notes/old.md")
        .put("needsReview", false)
        .put("reason", "r")
        .put("stubPath", "_archived/notes/old.stub.md");
  }

  @Test
  void whatItMergedComesBackUnverified() throws IOException {
    entry(merged());
    text("auth/a.md", "merged");
    UndoPlan plan = plan(UndoRequest.of(ID));
    assertEquals(Map.of("auth/a.md", "UNVERIFIED", "auth/b.md", "UNVERIFIED"), steps(plan));
    await(keeper.admin().undo(plan));
    assertEquals(Map.of("auth/a.md", "a v1", "auth/b.md", "b v1"), texts());
    assertEquals(List.of("merged"), kept());
    assertEquals(DreamStatus.UNDONE, entry(ID).status());
  }

  @Test
  void whatItArchivedReturnsByItsStub() throws IOException {
    entry(archived());
    text("_archived/notes/old.full.md", "old");
    text(
        "_archived/notes/old.stub.md",
        "---\nevicted_importance: 20\noriginal_path: notes/old.md\n"
            + "points_to: _archived/notes/old.full.md\ntype: archive_stub\n---\nold, in short");
    undo(UndoRequest.of(ID));
    assertEquals(Map.of("notes/old.md", "old"), texts());
    assertEquals(DreamStatus.UNDONE, entry(ID).status());
  }

  @Test
  void aStubThatLeadsOutOfTheFolderLeadsNowhere() throws IOException {
    entry(archived());
    Files.writeString(dir.resolve("secret"), "secret");
    text(
        "_archived/notes/old.stub.md",
        "---\noriginal_path: notes/old.md\npoints_to: ../secret\ntype: archive_stub\n---\n");
    UndoPlan done = undo(UndoRequest.of(ID));
    assertEquals(UndoPlan.Status.PARTIAL, done.status());
    assertEquals("secret", Files.readString(dir.resolve("secret")));
    assertFalse(texts().containsKey("notes/old.md"));
  }

  @Test
  void itsReviewBackupsGoWithTheOperation() throws IOException {
    entry(merged());
    text("auth/a.md", "merged");
    for (String path : List.of("auth/a.md", "auth/b.md", "other.md")) {
      Path backup = brv.resolve("review-backups").resolve(path);
      Files.createDirectories(backup.getParent());
      Files.writeString(backup, "before");
    }
    undo(UndoRequest.of(ID));
    assertFalse(Files.exists(brv.resolve("review-backups/auth")));
    assertTrue(Files.exists(brv.resolve("review-backups/other.md")));
  }

  @Test
  void whatWasMovedAwayStaysThirtyDays() throws IOException {
    entry(merged());
    text("auth/a.md", "merged");
    text(".dreamkeeper.undo-drm-1/0/x.md", "old");
    text(".dreamkeeper.undo-drm-2/0/x.md", "newer");
    long day = 24 * 60 * 60 * 1_000L;
    long now = System.currentTimeMillis();
    Files.setLastModifiedTime(
        texts.resolve(".dreamkeeper.undo-drm-1"), FileTime.fromMillis(now - 31 * day));
    Files.setLastModifiedTime(
        texts.resolve(".dreamkeeper.undo-drm-2"), FileTime.fromMillis(now - 29 * day));
    undo(UndoRequest.of(ID));
    assertFalse(Files.exists(texts.resolve(".dreamkeeper.undo-drm-1")));
    assertTrue(Files.exists(texts.resolve(".dreamkeeper.undo-drm-2/0/x.md")));
  }
}
