package org.dreamkeeper.texts;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.BlockingExecutor;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.file.Disk;

/**
 * A project's folder of texts, as it is reached from event loops: on threads of its own, so that a
 * silent disk holds up nothing else. Whoever lives in the same Vert.x as the project finds it.
 */
public final class TextFolder implements Shareable {
  private static final String PLACES = "org.dreamkeeper.texts";

  private static final long PATIENCE_S = 10;

  private final Vertx vertx;
  private final String project;
  private final ProjectThreads threads;
  private final BlockingExecutor executor;
  private final Disk disk;
  private final Path root;
  private final String baseDir;

  private TextFolder(Vertx vertx, String project, Disk disk, Path root, String baseDir) {
    this.vertx = vertx;
    this.project = project;
    this.threads = new ProjectThreads(vertx, project + "-texts");
    this.executor = threads.executor();
    this.disk = disk;
    this.root = root;
    this.baseDir = baseDir;
  }

  /**
   * Lets a project's folder be found; it need not be there yet.
   *
   * @param baseDir where the project is kept, if that is a directory; else null
   */
  public static TextFolder open(
      Vertx vertx, String project, Disk disk, String root, String baseDir) {
    TextFolder folder = new TextFolder(vertx, project, disk, Path.of(root), baseDir);
    vertx.sharedData().<String, TextFolder>getLocalMap(PLACES).put(project, folder);
    return folder;
  }

  /** Finds the folder of a project that is served here; null if there is none. */
  public static TextFolder of(Vertx vertx, String project) {
    return vertx.sharedData().<String, TextFolder>getLocalMap(PLACES).get(project);
  }

  /**
   * Does something with the texts, which may block. The future completes on the caller's context;
   * fails with STORAGE_FAILED, naming the folder, if that is not there.
   */
  public <T> Future<T> with(Function<Texts, T> task) {
    return executor.run(() -> task.apply(Texts.in(root, disk, baseDir)));
  }

  /** The same, of what need not be known: fails, too, if the disk does not answer in time. */
  public <T> Future<T> inTime(Function<Texts, T> task) {
    return with(task)
        .timeout(PATIENCE_S, TimeUnit.SECONDS)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof TimeoutException
                        ? new DreamkeeperException(
                            FailureCode.STORAGE_FAILED,
                            "the texts " + root + " gave no answer for " + PATIENCE_S + " s")
                        : failure));
  }

  /** Is not found any more, and takes no new work; what has begun ends by itself. */
  public void close() {
    vertx.sharedData().<String, TextFolder>getLocalMap(PLACES).removeIfPresent(project, this);
    threads.finish(() -> null).otherwiseEmpty();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
