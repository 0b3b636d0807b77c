package org.dreamkeeper;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.node.impl.AskingNode;
import org.dreamkeeper.node.impl.Hosted;
import org.dreamkeeper.node.impl.NodeService;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.PgOptions;
import org.dreamkeeper.store.InUseException;
import org.dreamkeeper.texts.TextFolder;

/**
 * A node that takes part in serving the projects of one PostgreSQL: any number of them, on a
 * clustered Vert.x, share the projects out; when one dies, the others go on with what it served.
 * Deploy one in each Vert.x, with a config:
 *
 * <pre>{@code
 * {"postgres": "postgresql://user@host:5432/database", "projects": [{"address": "dream"}]}
 * }</pre>
 *
 * <p>The projects that it names are entered in the database with their settings ({@code lock},
 * {@code log}, {@code gates}, {@code maxPending}, {@code maxMessageBytes}), on which all nodes must
 * agree; it also serves those that others named. Its deployment completes when it is a member and
 * each project that it named is served somewhere; it fails with a {@link StartException}. All
 * projects then have their public addresses on this Vert.x, wherever they are served. With {@code
 * "serve": false} it needs no database: it serves nothing, and asks the others.
 *
 * <p>Undeploying it hands over what it serves.
 */
public final class DreamkeeperNode extends VerticleBase {
  private final Closeable onClose = this::close;
  private final Promise<Void> stopped = Promise.promise();
  private NodeConfig config;
  private String socket;
  private NodeTable table;
  private NodeService service;
  private Supplier<Future<Void>> ending;
  private final List<TextFolder> texts = new ArrayList<>();
  private Future<Void> started = Future.succeededFuture();
  private boolean stopping;

  /** Makes the verticle that Vert.x deploys. */
  public DreamkeeperNode() {}

  /**
   * Tells in the database by which Unix socket this process is asked over HTTP, so that the command
   * line finds it.
   *
   * @param path of the socket, at which the caller answers; null for none
   * @return this
   */
  public DreamkeeperNode askedAt(String path) {
    socket = path;
    return this;
  }

  @Override
  public Future<?> start() {
    try {
      config = NodeConfig.of(config());
    } catch (IllegalArgumentException wrong) {
      return Future.failedFuture(
          new StartException(StartException.Reason.INVALID_CONFIG, wrong.getMessage(), wrong));
    }
    ((VertxInternal) vertx).addCloseHook(onClose);
    Disk disk = Machine.of(vertx).disk();
    config.texts().forEach((of, at) -> texts.add(TextFolder.open(vertx, of, disk, at, null)));
    Set<String> projects = config.projects().keySet();
    started =
        (config.postgres() == null ? ask(projects) : serve(projects))
            .recover(failure -> stopService().transform(end -> failed(failure)));
    return Starts.told(started);
  }

  private Future<Void> ask(Set<String> projects) {
    AskingNode asking = new AskingNode(vertx, Time.of(vertx));
    ending = asking::stop;
    return asking.start(projects);
  }

  private Future<Void> serve(Set<String> projects) {
    table = new NodeTable(vertx, config.postgres());
    service = new NodeService(vertx, Time.of(vertx), table, this::open, socket);
    ending = service::stop;
    return service
        .join()
        .compose(joined -> AsyncLoop.forEach(projects, this::enter))
        .compose(entered -> service.serve(projects));
  }

  private Future<Void> failed(Throwable failure) {
    if (failure instanceof InUseException taken) {
      return Future.failedFuture(
          new StartException(StartException.Reason.ADDRESS_IN_USE, taken.getMessage(), taken));
    }
    String place = config.postgres() == null ? "this node" : PgOptions.place(config.postgres());
    return Future.failedFuture(StartException.of(place, failure));
  }

  private Future<Void> enter(String project) {
    JsonObject mine = config.projects().get(project);
    return service
        .enter(project, mine)
        .compose(
            stands -> {
              String conflict = NodeConfig.conflict("", mine, stands);
              return conflict == null
                  ? Future.succeededFuture()
                  : Future.failedFuture(
                      new StartException(
                          StartException.Reason.INVALID_CONFIG, project + ": " + conflict, null));
            });
  }

  /** Serves a project: outside of this deployment, for Vert.x would end all at once. */
  private Future<Hosted> open(String node, String project, JsonObject settings) {
    DreamkeeperVerticle verticle =
        new DreamkeeperVerticle(new NodePlacement(service, table, node, project));
    JsonObject options = NodeConfig.served(config.postgres(), project, settings);
    Context outside = ((VertxInternal) vertx).createEventLoopContext();
    Promise<String> deployed = ((VertxInternal) vertx).getOrCreateContext().promise();
    outside.runOnContext(
        on ->
            vertx
                .deployVerticle(verticle, new DeploymentOptions().setConfig(options))
                .onComplete(deployed));
    return deployed
        .future()
        .<Hosted>map(
            id -> {
              verticle
                  .project()
                  .events()
                  .publish("project.serving", JsonObject.of("node", service.self()));
              return new Deployed(vertx, id, verticle);
            });
  }

  /** A project of this node. */
  private record Deployed(Vertx vertx, String id, DreamkeeperVerticle verticle) implements Hosted {
    @Override
    public long term() {
      return verticle.project().epoch();
    }

    @Override
    public String at() {
      return verticle.project().at();
    }

    @Override
    public String lost() {
      return verticle.lost();
    }

    @Override
    public Future<Void> close() {
      return vertx.undeploy(id).transform(end -> Future.succeededFuture());
    }
  }

  @Override
  public Future<?> stop() {
    ((VertxInternal) vertx).removeCloseHook(onClose);
    return stopService();
  }

  private void close(Completable<Void> completion) {
    context.runOnContext(on -> stopService().onComplete(completion));
  }

  private Future<Void> stopService() {
    if (!stopping) {
      stopping = true;
      texts.forEach(TextFolder::close);
      ending.get().onComplete(stopped);
    }
    return stopped.future();
  }
}
