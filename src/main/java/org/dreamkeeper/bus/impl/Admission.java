package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.BlockingExecutor;
import org.dreamkeeper.bus.impl.json.ErrorText;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.bus.impl.json.ValidationMessage;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * Makes requests of messages that are well-formed and valid, as far as there is room for them.
 *
 * <p>The checks, in this order: serving, action, room in the queue, body, headers, instance, size
 * and depth, schema. A large body is checked on a thread of the project's. Confined to the actor's
 * event loop.
 */
final class Admission {
  /** Up to here a body is checked on the event loop: at some 3 µs a value. */
  private static final long MAX_VALUES_ON_LOOP = 100;

  /** Up to here it is measured there: at some 20 ns a value. */
  private static final long MAX_VALUES_MEASURED = 2_000;

  /** As far as it takes a fingerprint there: at 200 bytes a µs. */
  private static final long MAX_BYTES_ON_LOOP = 64 << 10;

  /** What a request takes beside its body: the message, its headers, and who waits for it. */
  private static final long REQUEST_BYTES = 512;

  private static final Logger LOG = Log.of(Admission.class);

  private final Project project;
  private final String address;
  private final Map<String, Action> actions = new LinkedHashMap<>();
  private final Mailbox mailbox;
  private final Supplier<String> whyNotServing;
  private final BlockingExecutor checks;
  private final Room room;
  private boolean closed;

  Admission(
      Project project,
      String address,
      Collection<Action> actions,
      Mailbox mailbox,
      Supplier<String> whyNotServing) {
    this.project = project;
    this.address = address;
    actions.forEach(action -> this.actions.put(action.name(), action));
    this.mailbox = mailbox;
    this.whyNotServing = whyNotServing;
    this.checks = project.threads().executor();
    this.room = new Room(project.budget().share());
  }

  /** Lets nothing in from now on. */
  void close() {
    closed = true;
  }

  /**
   * Lets a message in. The request is answered by itself if its body turns out to be wrong later.
   *
   * @throws DreamkeeperException why not
   */
  Request admit(Message<?> message, Actor actor) {
    String obstacle = closed ? "it is stopping" : whyNotServing.get();
    if (obstacle != null) {
      throw refusal(FailureCode.NOT_SERVING, obstacle);
    }
    Action action = action(message);
    if (mailbox.size() >= project.maxPending()) {
      throw refusal(FailureCode.BUSY, project.maxPending() + " requests are waiting; try later");
    }
    JsonObject body = body(message);
    Headers headers = Headers.of(message.headers(), action);
    boolean others = headers.instance() != null && !headers.instance().equals(project.instance());
    if (others && !actor.remembers(headers.requestId())) {
      throw refusal(FailureCode.NOT_SERVING, "that instance is gone, another one serves");
    }
    Room.Place place = room.new Place();
    Future<String> checked = check(action, headers, body, place);
    Asker asker = new Asker(message, place, project.instance());
    Request request = new Request(asker, action, body, headers, checked, actor);
    checked.onFailure(failure -> request.fail(DreamkeeperException.of(failure)));
    return request;
  }

  private Action action(Message<?> message) {
    String name = message.headers().get("action");
    Action action = name == null ? null : actions.get(name);
    if (action == null) {
      String found = name == null ? "no action header" : "action " + ErrorText.show(name);
      throw refusal(FailureCode.UNKNOWN_ACTION, found + ", expected one of " + actions.keySet());
    }
    return action;
  }

  private DreamkeeperException refusal(FailureCode code, String reason) {
    return new DreamkeeperException(code, address + ": " + reason);
  }

  private static JsonObject body(Message<?> message) {
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

  /** Gives the fingerprint of a valid request that is to be done once; null for any other. */
  private Future<String> check(Action action, Headers headers, JsonObject body, Room.Place place) {
    BodyCheck seen = BodyCheck.of(body, project.budget(), MAX_VALUES_MEASURED);
    if (seen.values() <= MAX_VALUES_ON_LOOP && seen.held() <= MAX_BYTES_ON_LOOP) {
      String fingerprint = fingerprint(action, headers, body);
      place.grow(REQUEST_BYTES + seen.held());
      return Future.succeededFuture(fingerprint);
    }
    place.grow(REQUEST_BYTES + seen.held());
    return checks.run(
        () -> {
          try {
            BodyCheck all = BodyCheck.of(body, project.budget(), Long.MAX_VALUE);
            place.grow(REQUEST_BYTES + all.held());
            return fingerprint(action, headers, body);
          } catch (DreamkeeperException refusal) {
            // At once: the next one may need the room.
            place.leave();
            throw refusal;
          } catch (Throwable bug) {
            Log.failure(LOG, address + " could not check a request", bug);
            throw bug;
          }
        });
  }

  private static String fingerprint(Action action, Headers headers, JsonObject body) {
    Optional<String> flaw =
        action.schema() == null ? unexpected(action, body) : Schemas.check(action.schema(), body);
    if (flaw.isPresent()) {
      throw new DreamkeeperException(FailureCode.INVALID_REQUEST, flaw.get());
    }
    return headers.repeatable(action) ? Fingerprint.of(action, headers, body) : null;
  }

  private static Optional<String> unexpected(Action action, JsonObject body) {
    return body.fieldNames().stream()
        .findFirst()
        .map(
            key ->
                ValidationMessage.line(
                    ValidationMessage.at(key),
                    "unknown key",
                    "none: " + action.name() + " takes no body"));
  }
}
