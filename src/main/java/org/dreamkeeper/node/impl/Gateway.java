package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.shareddata.Lock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.LocalProjects;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.ErrorText;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.store.InUseException;
import org.slf4j.Logger;

/**
 * The public addresses of all projects, local on this node: each request goes to whoever serves its
 * project, by way of a {@link Lane}. Confined to one context.
 */
final class Gateway {
  static final List<String> ACTORS = List.of("state", "lock", "log", "admin");
  private static final Logger LOG = Log.of(Gateway.class);
  private static final long SWEEP_MS = 250;

  /** What requests may hold in all, and those to one actor. */
  private static final long MAX_BYTES = Budget.defaultBytes();

  static final long LANE_BYTES = new Budget(MAX_BYTES, 0).share();
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}");

  private final Vertx vertx;
  private final Time time;
  private final Routes routes;
  private final Reception reception;
  private final String self;
  private final Map<String, Map<String, Lane>> lanes = new HashMap<>();
  private final Map<String, Promise<Void>> listening = new HashMap<>();
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private final List<Lock> locks = new ArrayList<>();
  private boolean stopped;
  private long bytes;
  private Runnable nextSweep = () -> {};

  /** Makes it; without a reception it serves nothing itself. */
  Gateway(Vertx vertx, Time time, Routes routes, Reception reception, String self) {
    this.vertx = vertx;
    this.time = time;
    this.routes = routes;
    this.reception = reception;
    this.self = self;
  }

  void start() {
    nextSweep =
        time.schedule(
            SWEEP_MS,
            () -> {
              lanes.values().forEach(each -> each.values().forEach(Lane::sweep));
              start();
            });
  }

  /** Takes note that a project is there, or is served by somebody else. */
  void changed(String project) {
    if (lanes.containsKey(project)) {
      lanes.get(project).values().forEach(Lane::rerouted);
      return;
    }
    Map<String, Lane> own = new HashMap<>();
    for (String actor : ACTORS) {
      own.put(actor, new Lane(this, project, actor, time));
    }
    lanes.put(project, own);
    vertx
        .sharedData()
        .getLocalLockWithTimeout("org.dreamkeeper/" + project, 1)
        .onSuccess(
            taken -> {
              if (stopped) {
                taken.release();
              } else {
                locks.add(taken);
                listen(project);
              }
            })
        .onFailure(
            taken -> {
              String why = project + ": another deployment serves this address here";
              LOG.error("{}; nobody on this node reaches the one that the nodes serve", why);
              promise(project).tryFail(new InUseException(why));
            });
  }

  private void listen(String project) {
    LocalProjects.REACHED.add(vertx, project, LocalProjects.UNKNOWN_BYTES);
    for (String actor : ACTORS) {
      consumers.add(
          vertx
              .eventBus()
              .localConsumer(
                  project + "." + actor, message -> receive(project, actor, message, self)));
    }
    promise(project).tryComplete();
  }

  /** Completes when those on this node reach a project; fails with an {@link InUseException}. */
  Future<Void> listening(String project) {
    return promise(project).future();
  }

  private Promise<Void> promise(String project) {
    return listening.computeIfAbsent(project, first -> Promise.promise());
  }

  /**
   * Takes a request.
   *
   * @param node where its requester lives, unless it says so itself; null if that is not known
   */
  void receive(String project, String actor, Message<Object> message, String node) {
    Map<String, Lane> own = lanes.get(project);
    Lane lane = own == null ? null : own.get(actor);
    if (lane == null) {
      DreamkeeperException unknown =
          new DreamkeeperException(
              FailureCode.NOT_SERVING,
              ErrorText.show(project) + "." + ErrorText.show(actor) + " is no project's actor");
      message.fail(unknown.failureCode(), unknown.getMessage());
      return;
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(message.headers());
    // Replies to request ids are kept in the database: any instance may answer.
    headers.remove("instance").remove("waitedMs").remove(Project.DONE);
    if (node != null && !headers.contains("node")) {
      headers.set("node", node);
    }
    lane.ask(new Ask(message.body(), headers, left(headers), time.nanos()), message);
  }

  /** Takes the deadline, as what is left of it; one that is none is the actor's to refuse. */
  private long left(MultiMap headers) {
    String deadline = headers.get("deadline");
    if (deadline == null || !DECIMAL.matcher(deadline).matches()) {
      return Long.MAX_VALUE;
    }
    headers.remove("deadline");
    return Long.parseLong(deadline) - time.millis();
  }

  /** Takes room for a request; false where there is none. */
  boolean hold(long more) {
    boolean fits = bytes + more <= MAX_BYTES;
    bytes += fits ? more : 0;
    return fits;
  }

  void release(long less) {
    bytes -= less;
  }

  /** Gives who serves a project now; null for nobody. */
  Route route(String project) {
    return routes.of(project);
  }

  /** Asks him; fails as the bus does. */
  Future<Message<Object>> forward(Route route, String project, String actor, Ask ask) {
    DeliveryOptions options = ask.options(time.nanos());
    try {
      if (route.node().equals(self)) {
        return reception.ask(project, actor, route.term(), ask.body(), options);
      }
      options
          .addHeader(Reception.PROJECT, project)
          .addHeader(Reception.ACTOR, actor)
          .addHeader(Reception.TERM, Long.toString(route.term()))
          .setSendTimeout(Reception.ANSWER_MS);
      return vertx.eventBus().request(Reception.address(route.node()), ask.body(), options);
    } catch (RuntimeException unfit) {
      // Such as a body that the bus cannot carry.
      return Future.failedFuture(
          new DreamkeeperException(FailureCode.INVALID_REQUEST, unfit.getMessage()));
    }
  }

  /** Answers all who wait, and leaves the addresses; never fails. */
  Future<Void> stop() {
    stopped = true;
    nextSweep.run();
    lanes.values().forEach(each -> each.values().forEach(Lane::close));
    lanes.keySet().stream()
        .filter(each -> listening(each).succeeded())
        .forEach(each -> LocalProjects.REACHED.remove(vertx, each));
    return Future.join(consumers.stream().map(each -> each.unregister().otherwiseEmpty()).toList())
        .transform(
            end -> {
              locks.forEach(Lock::release);
              return Future.succeededFuture();
            });
  }
}
