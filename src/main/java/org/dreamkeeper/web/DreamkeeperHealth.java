package org.dreamkeeper.web;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.LocalProjects;

/**
 * The health of the projects that a Vert.x serves, as procedures for vertx-health-check. Their data
 * says of each project what is the matter with it, or {@code ok}. They never wait for a disk. Safe
 * from any thread.
 *
 * <pre>{@code
 * DreamkeeperHealth health = new DreamkeeperHealth(vertx, Set.of("dream"));
 * live.register("dreamkeeper", health::live);
 * ready.register("dreamkeeper", health::ready);
 * }</pre>
 */
public final class DreamkeeperHealth {
  private static final String OK = "ok";

  private final Vertx vertx;
  private final Set<String> named;

  /**
   * Makes the procedures.
   *
   * @param vertx that serves the projects, not null
   * @param projects the prefixes of those without which it is not ready; none for all that it
   *     serves itself. Not null
   */
  public DreamkeeperHealth(Vertx vertx, Set<String> projects) {
    this.vertx = Objects.requireNonNull(vertx, "vertx is null");
    this.named = Set.copyOf(Objects.requireNonNull(projects, "projects is null"));
  }

  /**
   * Tells whether the event loops turn, of this procedure and of all actors. If not, only a restart
   * helps.
   *
   * @param status completes when all projects have answered, for which each has a second; does not
   *     fail
   */
  public void live(Promise<Status> status) {
    tell(status, DreamkeeperHealth::alive);
  }

  /**
   * Tells whether all projects are served: they answer, their claims stand, no actor is stalled.
   *
   * @param status completes when all projects have answered, for which each has a second; does not
   *     fail
   */
  public void ready(Promise<Status> status) {
    tell(status, DreamkeeperHealth::served);
  }

  private void tell(Promise<Status> status, Function<Future<Overview>, String> judge) {
    Overviews.of(vertx)
        .ask(named.isEmpty() ? LocalProjects.SERVED.of(vertx).keySet() : named)
        .onSuccess(
            told -> {
              JsonObject data = new JsonObject();
              told.forEach((project, overview) -> data.put(project, judge.apply(overview)));
              boolean ok = data.stream().map(Map.Entry::getValue).allMatch(OK::equals);
              status.complete(new Status().setOk(ok).setData(data));
            });
  }

  /** Any answer will do, a refusal, too. */
  private static String alive(Future<Overview> told) {
    return told.failed() && failure(told) == ReplyFailure.TIMEOUT ? "no answer" : OK;
  }

  private static String served(Future<Overview> told) {
    if (told.failed()) {
      return failure(told) == ReplyFailure.NO_HANDLERS ? "not served" : "no answer";
    } else if (told.result().store().lost().isPresent()) {
      return "its claim is gone";
    }
    return told.result().actors().values().stream().anyMatch(Overview.Actor::stalled)
        ? "its storage does not answer"
        : OK;
  }

  private static ReplyFailure failure(Future<Overview> told) {
    return DreamkeeperException.of(told.cause()).failureType();
  }
}
