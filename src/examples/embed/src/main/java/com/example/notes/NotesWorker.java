package com.example.notes;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.log.Prune;
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
        // So your agent says that it has written three notes.
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

  /** The dream, under the lock. Ask your model here; this one archives a draft. */
  Future<String> dream(DreamRun run) {
    // No person need look at it, nothing takes it in, no stub stays.
    var archive = new Prune(Prune.Action.ARCHIVE, "draft.md", "it is old", false, null, null);
    return run.texts()
        .read("draft.md")
        .compose(
            draft ->
                draft.isPresent()
                    // As with write and delete: what an undo needs is on the disk before that.
                    ? run.texts().move("draft.md", "old/draft.md").record(archive).map("archived")
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
