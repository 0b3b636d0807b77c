package org.dreamkeeper.admin.impl;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Action;
import org.dreamkeeper.bus.impl.Actor;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StoreException;

/**
 * The actor that operators ask: serves {@code <address>.admin}. It keeps nothing. Requests begin in
 * the order of their arrival, and none waits for another: while the store hangs, what needs no
 * store is answered.
 */
public final class AdminVerticle extends VerticleBase {
  private static final List<Action> ACTIONS =
      List.of(
          Action.reading("overview", null),
          Action.reading("diff", "admin.diff"),
          Action.writing("undo", "admin.undo"),
          Action.reading("events", "admin.events"),
          Action.reading("inspect", null),
          Action.writing("cancel", "admin.cancel"),
          Action.writing("evict", "admin.evict"),
          Action.writing("setAside", "admin.setAside"),
          Action.writing("putBack", "admin.putBack"));

  private final Project project;
  private final ProjectStore store;
  private final String place;
  private final Function<JsonObject, Future<JsonObject>> diff;
  private final Function<JsonObject, Future<JsonObject>> undo;
  private final Mailbox mailbox;
  private final Map<String, Function<Request, Future<JsonObject>>> answers = new HashMap<>();
  private EventFeed feed;
  private Actor actor;
  private int underWay;
  private Promise<Void> idle;

  /**
   * Makes the actor of a project that is kept in a store.
   *
   * @param place names the store for a person
   * @param diff tells what an operation changed; bodies are as the schemas say
   * @param undo takes a dream back, or tells how that would be done
   */
  public AdminVerticle(
      Project project,
      ProjectStore store,
      String place,
      Function<JsonObject, Future<JsonObject>> diff,
      Function<JsonObject, Future<JsonObject>> undo) {
    this.project = project;
    this.store = store;
    this.place = place;
    this.diff = diff;
    this.undo = undo;
    this.mailbox = new Mailbox(project.time(), () -> 0, 1, (a, b) -> false, this::carryOut);
  }

  /** Gives the verticle's own context, once it is deployed. */
  public Context context() {
    return context;
  }

  @Override
  public Future<?> start() {
    Peers peers = new Peers(vertx, project);
    ProjectView view = new ProjectView(project, peers, store, place);
    Repairs repairs = new Repairs(store.check(), project.budget());
    feed = new EventFeed(project, store);
    answers.put("overview", request -> view.tell());
    answers.put("events", feed::read);
    stored("inspect", body -> repairs.inspect());
    stored("cancel", body -> peers.ask("lock", "cancel", body));
    stored("evict", body -> evict(peers, body));
    stored("setAside", repairs::setAside);
    stored("putBack", repairs::putBack);
    answers.put("diff", request -> diff.apply(request.body()));
    answers.put("undo", request -> undo.apply(request.body()));
    // Where the claim is gone, that is what is to be told.
    actor = new Actor(vertx, project, "admin", ACTIONS, mailbox, () -> null);
    return Starts.told(
        feed.start(vertx).compose(heard -> actor.start(Future.succeededFuture(List.of()))));
  }

  @Override
  public Future<?> stop() {
    return actor
        .drain()
        .compose(begun -> feed.stop())
        .compose(begun -> new Patience(project.time(), store::silentMs).with(idle()))
        .otherwiseEmpty()
        .eventually(actor::stop);
  }

  /** Takes an action in that the store may keep waiting, but not for ever. */
  private void stored(String action, Function<JsonObject, Future<JsonObject>> answer) {
    Patience patience = new Patience(project.time(), store::silentMs);
    answers.put(action, request -> patience.with(answer.apply(request.body())));
  }

  private static Future<JsonObject> evict(Peers peers, JsonObject body) {
    if (body.containsKey("token") == body.containsKey("pid")) {
      throw new DreamkeeperException(
          FailureCode.INVALID_REQUEST, "(root): expected one of the keys token and pid");
    }
    return peers.ask("lock", "evict", body);
  }

  private Future<Void> idle() {
    idle = Promise.promise();
    ended();
    return idle.future();
  }

  private void ended() {
    if (idle != null && underWay == 0) {
      idle.tryComplete();
    }
  }

  private Future<Void> carryOut(List<Request> batch) {
    batch.forEach(this::begin);
    return Future.succeededFuture();
  }

  private void begin(Request request) {
    if (underWay >= project.maxPending() || !request.park()) {
      request.fail(FailureCode.BUSY, underWay + " requests are under way; try later");
      return;
    }
    underWay++;
    AsyncLoop.attempt(() -> answers.get(request.action()).apply(request))
        .onComplete(
            end -> {
              underWay--;
              if (end.succeeded()) {
                request.reply(end.result());
              } else {
                request.fail(StoreException.refusal(end.cause()));
              }
              ended();
            });
  }
}
