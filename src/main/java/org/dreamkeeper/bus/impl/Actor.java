package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.slf4j.Logger;

/**
 * The envelope around an actor: serves its address, lets only well-formed and valid requests into
 * its mailbox, and answers all others itself.
 *
 * <p>The checks, in this order: serving, action, room in the queue, body, headers, size and depth,
 * schema, repeated {@code requestId}. A large body is checked on a thread of the project's and
 * keeps its place in the order meanwhile. Confined to the actor's event loop.
 */
public final class Actor {
  /**
   * Up to here a body is checked on the event loop: at 5 to 10 µs a value, within a millisecond.
   */
  private static final long MAX_VALUES_ON_LOOP = 100;

  /** Up to here it is measured there: at some 20 ns a value. */
  private static final long MAX_VALUES_MEASURED = 2_000;

  /** As far as it takes a fingerprint there: at 200 bytes a µs. */
  private static final long MAX_BYTES_ON_LOOP = 64 << 10;

  /** What a request takes beside its body: the message, its headers, and who waits for it. */
  private static final long REQUEST_BYTES = 512;

  private static final Logger LOG = Log.of(Actor.class);

  private final Vertx vertx;
  private final Project project;
  private final String name;
  private final Map<String, Action> actions = new LinkedHashMap<>();
  private final Mailbox mailbox;
  private final BlockingExecutor checks;
  private final Room room;
  private final RecentReplies recent;
  private MessageConsumer<Object> consumer;
  private boolean stopping;

  /**
   * Makes an actor that does not serve yet.
   *
   * @param vertx where
   * @param project of which project
   * @param name {@code state}, {@code lock} or {@code log}
   * @param actions what it does
   * @param mailbox where its requests queue up
   */
  public Actor(
      Vertx vertx, Project project, String name, Collection<Action> actions, Mailbox mailbox) {
    this.vertx = vertx;
    this.project = project;
    this.name = name;
    actions.forEach(action -> this.actions.put(action.name(), action));
    this.mailbox = mailbox;
    this.checks = project.threads().executor();
    this.room = new Room(project.budget().share());
    this.recent = new RecentReplies(project.budget().smallShare());
  }

  /**
   * Begins to serve the address.
   *
   * @return completes when requests arrive
   */
  public Future<Void> start() {
    EventBus bus = vertx.eventBus();
    String address = project.address(name);
    consumer = project.clustered() ? bus.consumer(address) : bus.localConsumer(address);
    consumer.handler(this::receive);
    return consumer.completion();
  }

  /**
   * Refuses what is new from now on; what was accepted is still carried out and answered.
   *
   * @return completes when the mailbox is empty
   */
  public Future<Void> drain() {
    stopping = true;
    return mailbox.drained();
  }

  /**
   * Leaves the address.
   *
   * @return completes when it is free; never fails
   */
  public Future<Void> stop() {
    return Starts.undone(consumer);
  }

  Time time() {
    return project.time();
  }

  String instance() {
    return project.instance();
  }

  /** Takes note of how an accepted request ended. Any thread may. */
  void answered(Request request, Answer end) {
    if (request.writes() && request.requestId() != null) {
      recent.answered(request, end);
    }
    if (end.failure() == null && !request.writes()) {
      project.events().read(name);
    } else if (end.failure() != null && end.failure().code() == FailureCode.STORAGE_FAILED) {
      project.events().storageFailed(name, request.writes(), end.failure().reason());
    }
    trace(request, end);
  }

  private void trace(Request request, Answer end) {
    if (LOG.isDebugEnabled()) {
      JsonObject reply = end.body() == null ? new JsonObject() : end.body();
      String how = end.failure() == null ? "answered" : end.failure().getMessage();
      LogKeys.answer(LOG.atDebug(), request, reply)
          .log("{} {}: {}", project.address(name), request.action(), how);
    }
  }

  /** Forgets the answer that a {@code requestId} had. */
  void forget(String requestId) {
    recent.forget(requestId);
  }

  private void receive(Message<Object> message) {
    try {
      admit(message);
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

  private void admit(Message<Object> message) {
    String obstacle = stopping ? "it is stopping" : project.whyNotServing().get();
    if (obstacle != null) {
      throw refusal(FailureCode.NOT_SERVING, obstacle);
    }
    String wanted = message.headers().get("action");
    Action action = wanted == null ? null : actions.get(wanted);
    if (action == null) {
      String found = wanted == null ? "no action header" : "action " + ErrorText.show(wanted);
      throw refusal(FailureCode.UNKNOWN_ACTION, found + ", expected one of " + actions.keySet());
    }
    if (mailbox.size() >= project.maxPending()) {
      throw refusal(FailureCode.BUSY, project.maxPending() + " requests are waiting; try later");
    }
    JsonObject body = body(message);
    Headers headers = Headers.of(message.headers(), action);
    if (headers.instance() != null && !headers.instance().equals(project.instance())) {
      throw refusal(FailureCode.NOT_SERVING, "that instance is gone, another one serves");
    }
    boolean once = action.writes() && headers.requestId() != null;
    BodyCheck seen = BodyCheck.of(body, project.budget(), MAX_VALUES_MEASURED);
    boolean small = seen.values() <= MAX_VALUES_ON_LOOP && seen.held() <= MAX_BYTES_ON_LOOP;
    String fingerprint = small ? check(action, headers, body, once) : null;
    Room.Place place = room.new Place();
    place.grow(REQUEST_BYTES + seen.held());
    Future<String> checked =
        small
            ? Future.succeededFuture(fingerprint)
            : checks.run(() -> checkLarge(action, headers, body, once, place));
    Request request = new Request(message, action, body, headers, checked, place, this);
    checked.onFailure(failure -> request.fail(DreamkeeperException.of(failure)));
    RecentReplies.First first = once ? recent.begin(request) : null;
    Future<Void> ready =
        first == null
            ? checked.mapEmpty()
            : checked.compose(taken -> repeat(request, taken, first));
    if (!request.answered()) {
      mailbox.add(request, ready);
    }
  }

  /** Answers a repeated request as the first one was answered, or is to be. */
  private static Future<Void> repeat(
      Request request, String fingerprint, RecentReplies.First first) {
    return first
        .fingerprint()
        .transform(
            known -> {
              if (fingerprint.equals(known.result())) {
                first.answer(request);
              } else {
                request.fail(FailureCode.INVALID_REQUEST, taken(request, first));
              }
              return Future.succeededFuture();
            });
  }

  private static String taken(Request request, RecentReplies.First first) {
    boolean sameAction = first.action().equals(request.action());
    return "header requestId "
        + ErrorText.show(request.requestId())
        + " was used before, "
        + (sameAction ? "with another body, token or revision" : "for " + first.action())
        + "; another request needs another one";
  }

  private String checkLarge(
      Action action, Headers headers, JsonObject body, boolean once, Room.Place place) {
    try {
      place.grow(REQUEST_BYTES + BodyCheck.of(body, project.budget(), Long.MAX_VALUE).held());
      return check(action, headers, body, once);
    } catch (DreamkeeperException refusal) {
      // At once: the next one may need the room.
      place.leave();
      throw refusal;
    } catch (Throwable bug) {
      LOG.error("{} could not check a request", project.address(name), bug);
      throw DreamkeeperException.of(bug);
    }
  }

  /** Gives the fingerprint of a valid request that is to be done once; null for any other. */
  private static String check(Action action, Headers headers, JsonObject body, boolean once) {
    checkSchema(body, action);
    return once ? Fingerprint.of(action, headers, body) : null;
  }

  private static JsonObject body(Message<Object> message) {
    Object body = message.body();
    if (body == null) {
      return new JsonObject();
    }
    if (body instanceof JsonObject object) {
      return object;
    }
    String found = body instanceof Buffer ? "a buffer" : ErrorText.show(body);
    throw new DreamkeeperException(
        FailureCode.INVALID_REQUEST, "the body is " + found + ", expected a JSON object");
  }

  private static void checkSchema(JsonObject body, Action action) {
    if (action.schema() == null) {
      if (!body.isEmpty()) {
        String key = body.fieldNames().iterator().next();
        throw new DreamkeeperException(
            FailureCode.INVALID_REQUEST,
            ValidationMessage.line(
                ValidationMessage.at(key),
                "unknown key",
                "none: " + action.name() + " takes no body"));
      }
      return;
    }
    Optional<String> complaint = Schemas.check(action.schema(), body);
    if (complaint.isPresent()) {
      throw new DreamkeeperException(FailureCode.INVALID_REQUEST, complaint.get());
    }
  }

  private DreamkeeperException refusal(FailureCode code, String reason) {
    return new DreamkeeperException(code, project.address(name) + ": " + reason);
  }
}
