package com.example.notes;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;

public class NotesWorker extends VerticleBase {
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    var project = new DreamkeeperOptions().setBaseDir("dreams").setTexts("notes").toJson();
    vertx
        .deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(project))
        .compose(served -> vertx.deployVerticle(new NotesWorker()))
        .compose(works -> Dreamkeeper.client(vertx).state().incrementCurationCount(3))
        .compose(written -> vertx.deployVerticle(new NotesPage()))
        .onFailure(failure -> System.err.println(failure.getMessage()));
  }

  @Override
  public Future<?> start() {
    Dreamkeeper.client(vertx)
        .schedule(new RunOptions().setOwner("notes"), this::dream)
        .onResult(result -> told(result).ifPresent(System.out::println));
    return Future.succeededFuture();
  }

  /** The dream, under the lock. Ask your model here; this one takes a draft into the notes. */
  Future<String> dream(DreamRun run) {
    var files = List.of("notes.md", "draft.md");
    // null: run.texts() knows the texts before; false: nobody need look; the last is the reason.
    var merge = new Consolidate(Consolidate.Action.MERGE, files, "notes.md", null, false, "new");
    var notes = run.texts().read("notes.md");
    var draft = run.texts().read("draft.md");
    return Future.all(notes, draft)
        .compose(
            both ->
                draft.result().isPresent()
                    ? run.texts()
                        .write("notes.md", notes.result().orElse("") + draft.result().get())
                        .delete("draft.md")
                        .record(merge) // What an undo needs is on the disk before a file changes.
                        .map("merged")
                    : run.nothing());
  }

  private static Optional<String> told(RunResult<String> result) {
    return result.fold(
        completed -> Optional.of("dreamed: " + completed.value() + ", " + completed.entry().id()),
        nothing -> Optional.of("nothing to do"),
        partial -> Optional.of("cut short: " + partial.reason()),
        failed -> Optional.of("failed: " + failed.cause().getMessage()),
        skipped -> Optional.empty(), // A gate is closed: Dreamkeeper's log says so, once.
        lost -> Optional.of("somebody else has the lock: " + lost.reason()));
  }
}
