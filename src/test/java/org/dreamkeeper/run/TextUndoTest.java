package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.state.PendingMerge;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts that are put back: what a plan says, and that nothing that was written since is lost. */
final class TextUndoTest extends TextUndoTestBase {

  @BeforeEach
  void notes() throws IOException {
    text("a.md", "a");
    text("b.md", "b");
    text("old/c.md", "c");
  }

  /** Three operations: a merge, something new, and a note that goes into the archive. */
  private String dream() {
    return dream(
        run ->
            run.texts()
                .write("a.md", "ab")
                .delete("b.md")
                .record(merge("a.md", "a.md", "b.md"))
                .compose(
                    merged -> run.texts().write("facts/f.md", "f").record(create("facts/f.md")))
                .compose(
                    created ->
                        run.texts().move("old/c.md", "archive/c.md").record(archive("old/c.md"))));
  }

  private static final Map<String, String> BEFORE =
      Map.of("a.md", "a", "b.md", "b", "old/c.md", "c");
  private static final Map<String, String> AFTER =
      Map.of("a.md", "ab", "archive/c.md", "c", "facts/f.md", "f");

  @Test
  void aDreamIsTakenBackWhole() throws IOException {
    await(keeper.state().incrementCurationCount(4));
    String first = dream(run -> run.record(RunTestBase.operation("a.md")));
    await(keeper.state().incrementCurationCount(3));
    String id = dream();
    assertEquals(AFTER, texts());
    UndoPlan plan = plan(UndoRequest.of(id));
    assertEquals(UndoPlan.Status.COMPLETED, plan.status());
    assertEquals(
        Map.of(
            "a.md", "RESTORE", "b.md", "RESTORE", "facts/f.md", "DELETE", "old/c.md", "MOVE_BACK"),
        steps(plan));
    assertEquals(AFTER, texts(), "a plan changes nothing");
    UndoPlan done = await(keeper.admin().undo(plan));
    assertEquals(UndoPlan.Status.COMPLETED, done.status());
    assertEquals(BEFORE, texts());
    assertEquals(DreamStatus.UNDONE, entry(id).status());
    assertEquals(Optional.of(first), await(keeper.state().read()).lastDreamLogId());
    assertEquals(3, await(keeper.state().read()).curationsSinceDream(), "they count again");
    assertEquals(1, await(keeper.state().read()).totalDreams());
    assertFalse(await(keeper.state().read()).more().containsKey("undoing"));
    assertFalse(await(keeper.lock().status()).held());
    assertEquals(entry(first).completedAt(), await(keeper.lock().status()).lastCompletedAt());
    List<JsonObject> told = served.events("dream.undone");
    assertEquals(1, told.size());
    assertEquals(new JsonArray().add(0).add(1).add(2), told.get(0).getJsonArray("operations"));
    assertEquals(List.of("ab", "f"), List.copyOf(new TreeSet<>(kept())), "for 30 days");
    assertEquals(List.of(), await(keeper.admin().undo(plan)).files(), "and once more");
  }

  @Test
  void oneOperationIsTakenBackAndTheRestStays() throws IOException {
    String id = dream();
    Optional<Instant> last = await(keeper.lock().status()).lastCompletedAt();
    UndoPlan done = undo(UndoRequest.of(id).withOperations(List.of(0)));
    assertEquals(UndoPlan.Status.COMPLETED, done.status());
    assertEquals(Map.of("a.md", "a", "b.md", "b", "archive/c.md", "c", "facts/f.md", "f"), texts());
    assertEquals(DreamStatus.COMPLETED, entry(id).status());
    assertEquals(Set.of(0), entry(id).undoneOperations());
    assertEquals(Optional.of(id), await(keeper.state().read()).lastDreamLogId());
    assertFalse(await(keeper.state().read()).more().containsKey("undoing"));
    assertEquals(
        new JsonArray().add(0), served.events("dream.undone").get(0).getJsonArray("operations"));
    assertEquals(last, await(keeper.lock().status()).lastCompletedAt());
    undo(UndoRequest.of(id));
    assertEquals(BEFORE, texts());
    assertEquals(DreamStatus.UNDONE, entry(id).status());
    assertTrue(await(keeper.state().read()).lastDreamLogId().isEmpty());
    assertEquals(
        new JsonArray().add(1).add(2),
        served.events("dream.undone").get(1).getJsonArray("operations"));
  }

  @Test
  void aSuggestionGoesWithItsOperation() {
    Prune suggest = new Prune(Prune.Action.SUGGEST_MERGE, "a.md", "same", false, "b.md", null);
    String id =
        dream(
            run ->
                run.state()
                    .addPendingMerges(
                        List.of(
                            new PendingMerge("a.md", "b.md", "same", run.id()),
                            new PendingMerge("x.md", "b.md", "same", run.id())))
                    .compose(added -> run.record(suggest))
                    .compose(recorded -> run.record(RunTestBase.operation("y.md"))));
    undo(UndoRequest.of(id).withOperations(List.of(0)));
    assertEquals(1, await(keeper.state().read()).pendingMerges().size());
  }

  @Test
  void whatWasChangedInTheArchiveStaysThere() throws IOException {
    String id = dream();
    text("archive/c.md", "changed");
    UndoPlan done = undo(UndoRequest.of(id).withOperations(List.of(2)));
    assertEquals(Map.of("old/c.md", "CONFLICT"), steps(done));
    assertEquals(UndoPlan.Status.PARTIAL, done.status());
    assertEquals("changed", texts().get("archive/c.md"));
    assertFalse(texts().containsKey("old/c.md"));
  }

  @Test
  void whatWasWrittenSinceStaysUnlessItIsForced() throws IOException {
    String id = dream();
    text("a.md", "mine");
    text("old/c.md", "mine, too");
    UndoPlan done = undo(UndoRequest.of(id));
    assertEquals(UndoPlan.Status.PARTIAL, done.status());
    assertEquals(
        Map.of(
            "a.md", "CONFLICT", "b.md", "RESTORE", "facts/f.md", "DELETE", "old/c.md", "CONFLICT"),
        steps(done));
    assertEquals(
        Map.of("a.md", "mine", "b.md", "b", "archive/c.md", "c", "old/c.md", "mine, too"), texts());
    assertEquals(DreamStatus.COMPLETED, entry(id).status());
    assertEquals(Set.of(1), entry(id).undoneOperations());
    UndoPlan forced = undo(UndoRequest.of(id).withForce(Set.of("a.md", "old/c.md")));
    assertEquals(UndoPlan.Status.COMPLETED, forced.status());
    assertEquals(BEFORE, texts());
    assertTrue(kept().containsAll(List.of("mine", "mine, too")), kept()::toString);
    assertEquals(DreamStatus.UNDONE, entry(id).status());
  }

  @Test
  void whatIsAsBeforeAlreadyNeedsNothing() throws IOException {
    String id = dream();
    text("a.md", "a");
    text("b.md", "b");
    Files.delete(texts.resolve("facts/f.md"));
    UndoPlan plan = plan(UndoRequest.of(id).withOperations(List.of(0, 1)));
    assertEquals(Map.of("a.md", "NONE", "b.md", "NONE", "facts/f.md", "NONE"), steps(plan));
  }

  @Test
  void withoutAPlanOrWithAnOldOneNothingIsDone() throws IOException {
    String id = dream();
    JsonObject body = new JsonObject().put("id", id);
    assertEquals(400, served.refused("admin", "undo", body).failureCode());
    UndoPlan plan = plan(UndoRequest.of(id));
    text("b.md", "mine");
    String why = refused(FailureCode.REVISION_MISMATCH, keeper.admin().undo(plan));
    assertTrue(why.contains("ask for a new one"), why);
    assertEquals("ab", texts().get("a.md"));
    assertEquals("mine", texts().get("b.md"));
    assertFalse(await(keeper.state().read()).more().containsKey("undoing"));
    assertFalse(await(keeper.lock().status()).held());
  }

  @Test
  void whatIsSavedBetweenTheLookAndTheMoveComesBack() throws IOException {
    String id = dream();
    UndoPlan plan = plan(UndoRequest.of(id));
    disk.hook(
        (operation, path) -> {
          if (operation.equals("rename") && path.equals(texts.toRealPath().resolve("a.md"))) {
            text("a.md", "mine");
          }
        });
    UndoPlan done = await(keeper.admin().undo(plan));
    assertEquals(UndoPlan.Status.PARTIAL, done.status());
    assertEquals("CONFLICT", steps(done).get("a.md"));
    assertEquals("mine", texts().get("a.md"));
    assertEquals("b", texts().get("b.md"));
    assertEquals(Set.of(1, 2), entry(id).undoneOperations());
  }

  @Test
  void whatIsWrittenWhileTheFileIsAwayStays() throws IOException {
    String id = dream();
    UndoPlan plan = plan(UndoRequest.of(id));
    disk.hook(
        (operation, path) -> {
          if (operation.equals("link") && path.equals(texts.toRealPath().resolve("a.md"))) {
            text("a.md", "mine");
          }
        });
    UndoPlan done = await(keeper.admin().undo(plan));
    assertEquals("CONFLICT", steps(done).get("a.md"));
    assertEquals("mine", texts().get("a.md"));
    assertTrue(kept().contains("ab"), kept()::toString);
  }

  @Test
  void aDreamThatFailedHalfWayIsTakenBack() throws IOException {
    String id =
        RunTestBase.failed(
                await(
                    keeper.<Void>run(
                        new RunOptions().setForce(true),
                        run ->
                            run.texts()
                                .write("a.md", "ab")
                                .delete("b.md")
                                .record(merge("a.md", "a.md", "b.md"))
                                .compose(done -> Future.failedFuture("no model")))))
            .entry()
            .orElseThrow()
            .id();
    UndoPlan done = undo(UndoRequest.of(id));
    assertEquals(UndoPlan.Status.COMPLETED, done.status());
    assertEquals(BEFORE, texts());
    assertEquals(DreamStatus.UNDONE, entry(id).status());
    assertFalse(await(keeper.state().read()).more().containsKey("undoing"));
  }

  @Test
  void aDiskThatRefusesIsToldAndTheNextDreamFinishes() throws IOException {
    String id = dream();
    UndoPlan plan = plan(UndoRequest.of(id));
    disk.hook(
        (operation, path) -> {
          if (operation.equals("create") && path.endsWith("new")) {
            throw new IOException("No space left on device");
          }
        });
    UndoPlan done = await(keeper.admin().undo(plan));
    assertEquals(UndoPlan.Status.ERROR, done.status());
    assertTrue(done.error().orElseThrow().contains("No space left"), done::toString);
    assertEquals("ab", texts().get("a.md"), "it is back");
    disk.hook((operation, path) -> {});
    dream(run -> run.record(RunTestBase.operation("x.md")));
    assertEquals(BEFORE, texts());
    assertEquals(DreamStatus.UNDONE, entry(id).status());
  }

  @Test
  void whatTakesTooLongStopsAfterItsStepAndTheNextDreamFinishes() throws IOException {
    String id = dream();
    UndoPlan plan = plan(new UndoRequest(id, List.of(), Set.of(), Duration.ofMillis(200)));
    CountDownLatch goOn = new CountDownLatch(1);
    disk.hook(
        (operation, path) -> {
          if (operation.equals("rename") && path.endsWith("archive/c.md")) {
            goOn.await();
          }
        });
    String why = refused(FailureCode.DEADLINE_PASSED, keeper.admin().undo(plan));
    assertTrue(why.contains("timed out after 200 ms"), why);
    assertFalse(await(keeper.lock().status()).held());
    assertTrue(await(keeper.state().read()).more().containsKey("undoing"));
    goOn.countDown();
    Path moving = texts.resolve(".dreamkeeper.undo-" + id + "/moving/2/archive/c.md");
    until(() -> Files.exists(texts.resolve("old/c.md")) && Files.notExists(moving));
    assertEquals("ab", texts().get("a.md"), "no step after that");
    disk.hook((operation, path) -> {});
    dream(run -> run.record(RunTestBase.operation("x.md")));
    assertEquals(BEFORE, texts());
    assertEquals(DreamStatus.UNDONE, entry(id).status());
  }

  @Test
  void whatLosesTheLockMarksNothingAndTheNextDreamFinishes() throws IOException {
    String id = dream();
    UndoPlan plan = plan(UndoRequest.of(id));
    disk.hook(
        (operation, path) -> {
          if (operation.equals("rename") && path.endsWith("archive/c.md")) {
            await(
                keeper
                    .admin()
                    .overview()
                    .compose(
                        seen -> keeper.admin().evict(seen.lock().token().orElseThrow(), "enough")));
          }
        });
    refused(FailureCode.SUPERSEDED, keeper.admin().undo(plan));
    disk.hook((operation, path) -> {});
    assertEquals(DreamStatus.COMPLETED, entry(id).status());
    assertTrue(await(keeper.state().read()).more().containsKey("undoing"));
    dream(run -> run.record(RunTestBase.operation("x.md")));
    assertEquals(BEFORE, texts());
    assertEquals(DreamStatus.UNDONE, entry(id).status());
  }
}
