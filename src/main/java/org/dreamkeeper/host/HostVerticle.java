package org.dreamkeeper.host;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.StartException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves projects and runs workers on them, as its config, {@link HostOptions}, says. Its
 * deployment completes when all projects answer and all workers are deployed; it fails, with a
 * {@link HostException} and nothing left deployed, when one of them is not.
 *
 * <p>Workers are undeployed before the projects when Vert.x closes, the last one first, so that
 * they can still end their dreams in good order. (A parent's children otherwise end side by side.)
 */
public final class HostVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(HostVerticle.class);

  /** How long all workers together may take to stop, ms. */
  private static final long WORKERS_STOP_MS = 30_000;

  private final Closeable workersFirst = this::stopWorkers;
  private final Deque<String> workers = new ArrayDeque<>();

  @Override
  public Future<?> start() {
    HostOptions options;
    try {
      options = HostOptions.of(config());
    } catch (IllegalArgumentException wrong) {
      return Future.failedFuture(new HostException(wrong.getMessage(), wrong));
    }
    WorkerClasses classes = new WorkerClasses(vertx);
    for (int i = 0; i < options.workers().size(); i++) {
      String obstacle = classes.obstacle(options.workers().get(i).verticle());
      if (obstacle != null) {
        return Future.failedFuture(new HostException("workers[" + i + "]" + obstacle, null));
      }
    }
    ((VertxInternal) vertx).addCloseHook(workersFirst);
    return serve(options.projects()).compose(served -> run(options.workers()));
  }

  @Override
  public Future<?> stop() {
    ((VertxInternal) vertx).removeCloseHook(workersFirst);
    return Future.succeededFuture();
  }

  private Future<Void> serve(List<HostOptions.Project> projects) {
    List<ProjectStory> stories = new ArrayList<>();
    Future<Void> served = Future.succeededFuture();
    for (int i = 0; i < projects.size(); i++) {
      int index = i;
      HostOptions.Project project = projects.get(i);
      ProjectStory story =
          new ProjectStory(
              project.options(), Dreamkeeper.client(vertx, project.options().address()), LOG::info);
      stories.add(story);
      served = served.compose(next -> story.listen()).compose(next -> serve(index, project));
    }
    for (ProjectStory story : stories) {
      served = served.compose(next -> story.tell());
    }
    return served;
  }

  private Future<Void> serve(int index, HostOptions.Project project) {
    return vertx
        .deployVerticle(
            new DreamkeeperVerticle(), new DeploymentOptions().setConfig(project.config()))
        .recover(
            failure ->
                Future.failedFuture(
                    new HostException(
                        "projects[%d] (\"%s\"): %s%s"
                            .formatted(
                                index,
                                project.options().address(),
                                failure.getMessage(),
                                advice(failure)),
                        failure)))
        .mapEmpty();
  }

  private static String advice(Throwable failure) {
    if (!(failure instanceof StartException known)) {
      return ".";
    }
    return switch (known.reason()) {
      case INVALID_CONFIG -> ". Correct it and start again.";
      case ADDRESS_IN_USE -> ". Give this project another \"address\".";
      case DIRECTORY_IN_USE -> ". Stop that one, or give this project another \"baseDir\".";
      case STORAGE_FAILED ->
          ". Make it a directory that can be written, or give this project another \"baseDir\".";
    };
  }

  private Future<Void> run(List<HostOptions.Worker> all) {
    Future<Void> run = Future.succeededFuture();
    for (int i = 0; i < all.size(); i++) {
      int index = i;
      HostOptions.Worker worker = all.get(i);
      run = run.compose(next -> run(index, worker));
    }
    return run;
  }

  private Future<Void> run(int index, HostOptions.Worker worker) {
    return vertx
        .deployVerticle(worker.verticle(), new DeploymentOptions().setConfig(worker.config()))
        .onSuccess(workers::push)
        .recover(
            failure ->
                Future.failedFuture(
                    new HostException(
                        "workers[%d] (%s) did not start: %s. Correct it, or take it out."
                            .formatted(index, worker.verticle(), reason(failure)),
                        failure)))
        .mapEmpty();
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message.replaceFirst("\\.$", "");
  }

  private void stopWorkers(Completable<Void> stopped) {
    context.runOnContext(
        on -> {
          Promise<Void> all = Promise.promise();
          all.future().onComplete(stopped);
          long timer =
              vertx.setTimer(
                  WORKERS_STOP_MS,
                  late -> {
                    if (all.tryComplete()) {
                      LOG.warn("workers did not stop in time; the projects stop without them");
                    }
                  });
          undeployNext()
              .onComplete(end -> vertx.cancelTimer(timer))
              .onComplete(e -> all.tryComplete());
        });
  }

  private Future<Void> undeployNext() {
    if (workers.isEmpty()) {
      return Future.succeededFuture();
    }
    return vertx
        .undeploy(workers.pop())
        .transform(
            end -> {
              if (end.failed()) {
                LOG.warn("a worker did not stop in good order: {}", reason(end.cause()));
              }
              return undeployNext();
            });
  }
}
