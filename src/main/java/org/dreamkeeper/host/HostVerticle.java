package org.dreamkeeper.host;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperNode;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.StartException;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * Serves projects and runs workers on them, as its config, {@link HostOptions}, says. Its
 * deployment completes when all projects answer and all workers are deployed; it fails, with a
 * {@link HostException} and nothing left deployed, when one of them is not.
 *
 * <p>Workers are undeployed before the projects when Vert.x closes, the last one first, so that
 * they can still end their dreams in good order. (A parent's children otherwise end side by side.)
 */
public final class HostVerticle extends VerticleBase {
  private static final Logger LOG = Log.of(HostVerticle.class);

  /** How long all workers and projects together may take to stop, ms. */
  private static final long STOP_MS = 60_000;

  private final Closeable inOrder = this::close;
  private final Promise<Void> stopped = Promise.promise();

  /** What is deployed, the last one first. */
  private final Deque<String> deployed = new ArrayDeque<>();

  private HostServers servers;
  private Future<Void> started = Future.succeededFuture();
  private boolean stopping;

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
    ((VertxInternal) vertx).addCloseHook(inOrder);
    servers = new HostServers(vertx);
    Future<Void> asked = options.socket() ? servers.openSocket() : Future.succeededFuture();
    started =
        asked
            .compose(listening -> serve(options))
            .compose(stories -> openWeb(options.web()).map(stories))
            // A start that is refused has told nothing else.
            .compose(stories -> AsyncLoop.forEach(stories, ProjectStory::tell))
            .compose(told -> run(options.workers()));
    return Starts.told(
        started.transform(
            end ->
                stopping
                    ? stopped.future().compose(all -> Future.failedFuture(stoppedEarly()))
                    : started));
  }

  @Override
  public Future<?> stop() {
    ((VertxInternal) vertx).removeCloseHook(inOrder);
    return servers == null ? Future.succeededFuture() : servers.close();
  }

  private static HostException stoppedEarly() {
    return new HostException("it was stopped before it served.", null);
  }

  /** Deploys the next one, unless the host is to stop. */
  private Future<Void> next(Supplier<Future<String>> deployment) {
    return stopping
        ? Future.failedFuture(stoppedEarly())
        : deployment.get().onSuccess(deployed::push).mapEmpty();
  }

  private Future<Void> openWeb(WebConfig web) {
    return web == null || stopping ? Future.succeededFuture() : servers.openWeb(web);
  }

  /**
   * Gives the link that logs a browser in, once it is deployed: for the person who started it, and
   * nobody else.
   *
   * @return the link; null if there is no page
   */
  String link() {
    return servers.link();
  }

  private Future<List<ProjectStory>> serve(HostOptions options) {
    List<HostOptions.Project> projects = options.projects();
    List<ProjectStory> stories =
        projects.stream()
            .map(
                project ->
                    new ProjectStory(
                        project.options(),
                        Dreamkeeper.client(vertx, project.options().getAddress()),
                        LOG::info))
            .toList();
    Future<Void> serving =
        options.node() == null
            ? AsyncLoop.forEach(indices(projects), i -> next(() -> serve(i, projects.get(i))))
            : next(() -> join(options.node()));
    return serving.map(stories);
  }

  private Future<String> join(JsonObject node) {
    return vertx
        .deployVerticle(
            new DreamkeeperNode().askedAt(servers.socketPath()),
            new DeploymentOptions().setConfig(node))
        .recover(
            failure ->
                Future.failedFuture(
                    new HostException(failure.getMessage() + advice(failure), failure)));
  }

  private Future<String> serve(int index, HostOptions.Project project) {
    return vertx
        .deployVerticle(
            new DreamkeeperVerticle().askedAt(servers.socketPath()),
            new DeploymentOptions().setConfig(project.config()))
        .recover(
            failure ->
                Future.failedFuture(
                    new HostException(
                        "projects[%d] (\"%s\"): %s%s"
                            .formatted(
                                index,
                                project.options().getAddress(),
                                failure.getMessage(),
                                advice(failure)),
                        failure)));
  }

  private static String advice(Throwable failure) {
    if (!(failure instanceof StartException known)) {
      return ".";
    }
    return switch (known.reason()) {
      case INVALID_CONFIG -> ". Correct it and start again.";
      case ADDRESS_IN_USE -> ". Give this project another \"address\".";
      case DIRECTORY_IN_USE -> ". Stop that one, or give this project another \"baseDir\".";
      case STORAGE_FAILED -> ". Mend that, or give this project another \"baseDir\".";
      case DATABASE_UNREACHABLE -> ". Let it answer there, or correct \"postgres\".";
    };
  }

  private Future<Void> run(List<HostOptions.Worker> all) {
    return AsyncLoop.forEach(indices(all), i -> next(() -> run(i, all.get(i))));
  }

  private static List<Integer> indices(List<?> list) {
    return IntStream.range(0, list.size()).boxed().toList();
  }

  private Future<String> run(int index, HostOptions.Worker worker) {
    return vertx
        .deployVerticle(worker.verticle(), new DeploymentOptions().setConfig(worker.config()))
        .recover(
            failure ->
                Future.failedFuture(
                    new HostException(
                        "workers[%d] (%s) did not start: %s. Correct it, or take it out."
                            .formatted(index, worker.verticle(), reason(failure)),
                        failure)));
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message.replaceFirst("\\.$", "");
  }

  private void close(Completable<Void> completion) {
    stopped.future().onComplete(completion);
    context.runOnContext(
        on -> {
          stopping = true;
          long timer =
              vertx.setTimer(
                  STOP_MS,
                  late -> {
                    if (stopped.tryComplete()) {
                      LOG.warn(
                          "not everything stopped in time; what is left ends with the process");
                    }
                  });
          started
              .transform(end -> AsyncLoop.whileTrue(this::undeployNext))
              .transform(end -> servers.close())
              .onComplete(end -> vertx.cancelTimer(timer))
              .onComplete(end -> stopped.tryComplete());
        });
  }

  private Future<Boolean> undeployNext() {
    if (deployed.isEmpty()) {
      return Future.succeededFuture(false);
    }
    String next = deployed.pop();
    if (!vertx.deploymentIDs().contains(next)) {
      // Vert.x has undeployed it: a start that fails takes along what it began.
      return Future.succeededFuture(true);
    }
    return vertx
        .undeploy(next)
        .transform(
            end -> {
              if (end.failed()) {
                LOG.warn("a verticle did not stop in good order: {}", reason(end.cause()));
              }
              return Future.succeededFuture(true);
            });
  }
}
