package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.ErrorText;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.slf4j.Logger;

/**
 * The envelope around an actor: serves its address, puts the requests that {@link Admission} lets
 * in into the mailbox, and answers all others itself. A request that is still being checked keeps
 * its place in the order. Confined to the actor's event loop.
 */
public final class Actor {
  private static final Logger LOG = Log.of(Actor.class);

  private final Vertx vertx;
  private final Project project;
  private final String name;
  private final Mailbox mailbox;
  private final Admission admission;
  private final RecentReplies recent;
  private volatile JsonObject lastFailure;
  private MessageConsumer<Object> consumer;

  /**
   * Makes an actor that does not serve yet.
   *
   * @param name {@code state}, {@code lock}, {@code log} or {@code admin}
   * @param whyNotServing why requests are refused now, or null
   */
  public Actor(
      Vertx vertx,
      Project project,
      String name,
      Collection<Action> actions,
      Mailbox mailbox,
      Supplier<String> whyNotServing) {
    this.vertx = vertx;
    this.project = project;
    this.name = name;
    this.mailbox = mailbox;
    this.admission = new Admission(project, project.address(name), actions, mailbox, whyNotServing);
    this.recent =
        new RecentReplies(project.time(), project.budget().replyBytes(), project.behindGateway());
  }

  /**
   * Begins to serve the address; completes when requests arrive.
   *
   * @param kept what the store has kept of the replies of earlier deployments
   */
  public Future<Void> start(Future<List<KeptReply>> kept) {
    return kept.compose(this::serve);
  }

  private Future<Void> serve(List<KeptReply> kept) {
    recent.restore(kept);
    EventBus bus = vertx.eventBus();
    String address = project.listensAt(name);
    consumer = project.clustered() ? bus.consumer(address) : bus.localConsumer(address);
    consumer.handler(this::receive);
    return consumer.completion();
  }

  /**
   * Refuses what is new from now on; what was accepted is still carried out and answered. Completes
   * when the mailbox is empty.
   */
  public Future<Void> drain() {
    admission.close();
    return mailbox.drained();
  }

  /** Leaves the address; completes when it is free, and never fails. */
  public Future<Void> stop() {
    return Starts.undone(consumer);
  }

  Time time() {
    return project.time();
  }

  private void receive(Message<Object> message) {
    try {
      if (project.behindGateway() && message.headers().contains(Project.DONE)) {
        recent.done(new JsonArray(message.headers().get(Project.DONE)));
      }
      Request request = admission.admit(message, this);
      Future<Void> ready =
          request.repeatable() ? recent.begin(request) : request.checked().mapEmpty();
      if (!request.answered()) {
        mailbox.add(request, ready);
      }
    } catch (DreamkeeperException refusal) {
      message.fail(refusal.failureCode(), refusal.getMessage());
      String action = ErrorText.show(message.headers().get("action"));
      LOG.debug("{} {}: {}", message.address(), action, refusal.getMessage());
    } catch (Throwable bug) {
      DreamkeeperException internal = DreamkeeperException.of(bug);
      message.fail(internal.failureCode(), internal.getMessage());
      LOG.error("{} could not take a request", project.address(name), bug);
    }
  }

  /**
   * Tells how it goes on: {@code {queued, oldestMs, stalled, lastFailure?: {at, action, reason}}};
   * a failure is one that is no fault of who asked.
   */
  public JsonObject figures() {
    JsonObject figures = mailbox.figures();
    return lastFailure == null ? figures : figures.put("lastFailure", lastFailure.copy());
  }

  /** Takes note of how an accepted request ended. Any thread may. */
  void answered(Request request, Answer end) {
    if (request.repeatable()) {
      recent.answered(request, end);
    }
    FailureCode code = end.failure() == null ? null : end.failure().code();
    if (end.failure() == null && !request.writes()) {
      project.events().read(name);
    } else if (code == FailureCode.STORAGE_FAILED) {
      project.events().storageFailed(name, request.writes(), end.failure().reason());
    }
    if (code == FailureCode.STORAGE_FAILED || code == FailureCode.INTERNAL) {
      lastFailure =
          new JsonObject()
              .put("at", project.time().millis())
              .put("action", request.action())
              .put("reason", OneLine.of(end.failure().getMessage()));
    }
    if (LOG.isDebugEnabled()) {
      JsonObject reply = end.body() == null ? new JsonObject() : end.body();
      String how = end.failure() == null ? "answered" : end.failure().getMessage();
      LogKeys.answer(LOG.atDebug(), request, reply)
          .log("{} {}: {}", project.address(name), request.action(), how);
    }
  }

  /** Names the request ids whose answers must not be forgotten yet. Any thread may. */
  public Set<String> held() {
    return recent.held();
  }

  /** Tells whether there is an answer for a {@code requestId}. */
  boolean remembers(String requestId) {
    return recent.has(requestId);
  }

  /** Forgets the answer that a request had; gives what says so. */
  JsonObject forget(Request request) {
    recent.forget(request.requestId());
    return RecentReplies.forgotten(request);
  }
}
