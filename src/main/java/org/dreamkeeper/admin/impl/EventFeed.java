package org.dreamkeeper.admin.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.store.JournalStore;
import org.dreamkeeper.store.ProjectStore;

/**
 * Gives events that the store has kept, to those, too, who wait for the next one.
 *
 * <p>An event is kept before it is published: whoever waits looks again when one is heard. Confined
 * to one event loop.
 */
final class EventFeed {
  private static final int LIMIT = 100;
  private static final long NANOS_PER_MS = 1_000_000;

  private final Project project;
  private final JournalStore journal;
  private final Patience patience;
  private final Set<Waiter> waiters = new LinkedHashSet<>();
  private MessageConsumer<?> heard;
  private long count;
  private boolean closed;

  EventFeed(Project project, ProjectStore store) {
    this.project = project;
    this.journal = store.journal();
    this.patience = new Patience(project.time(), store::silentMs);
  }

  /** Begins to listen; completes when it hears. */
  Future<Void> start(Vertx vertx) {
    EventBus bus = vertx.eventBus();
    String address = project.address("events");
    heard = project.clustered() ? bus.consumer(address) : bus.localConsumer(address);
    heard.handler(
        event -> {
          if (!"state.changed".equals(event.headers().get("type"))) {
            count++;
            List.copyOf(waiters).forEach(Waiter::look);
          }
        });
    return heard.completion();
  }

  /** Refuses who waits, and lets nobody wait any more; never fails. */
  Future<Void> stop() {
    closed = true;
    List.copyOf(waiters).forEach(waiter -> waiter.fail(FailureCode.NOT_SERVING, "it is stopping"));
    return heard.unregister().otherwiseEmpty();
  }

  /** Gives events, or none when the time to wait is over. */
  Future<JsonObject> read(Request request) {
    Waiter waiter = new Waiter(request);
    waiter.look();
    return waiter.answer.future();
  }

  /** Somebody who asks, until he is answered. */
  private final class Waiter {
    private final Request request;
    private final String after;
    private final int limit;
    private final long untilNanos;
    private final Promise<JsonObject> answer = Promise.promise();
    private Runnable timer = () -> {};
    private boolean looking;

    Waiter(Request request) {
      JsonObject body = request.body();
      this.request = request;
      this.after = body.getString("after");
      this.limit = body.getInteger("limit", LIMIT);
      this.untilNanos = project.time().nanos() + body.getLong("waitMs", 0L) * NANOS_PER_MS;
    }

    /** Looks whether there are any, once at a time. */
    void look() {
      if (looking) {
        return;
      }
      looking = true;
      long before = count;
      patience
          .with(AsyncLoop.attempt(() -> journal.events(after, limit)))
          .onComplete(
              found -> {
                looking = false;
                if (found.failed()) {
                  end();
                  answer.tryFail(named(found.cause()));
                } else {
                  seen(found.result(), before);
                }
              });
    }

    /** Says where in the body the cursor stands that the store did not know. */
    private Throwable named(Throwable failure) {
      boolean itsCursor = DreamkeeperException.of(failure).code() == FailureCode.INVALID_REQUEST;
      String reason = "/after: \"" + OneLine.of(after) + "\", expected the cursor of a reply";
      return itsCursor ? new DreamkeeperException(FailureCode.INVALID_REQUEST, reason) : failure;
    }

    private void seen(JournalStore.Page page, long before) {
      long leftNanos = untilNanos - project.time().nanos();
      if (!page.events().isEmpty() || page.gap() || leftNanos <= 0) {
        end();
        answer.tryComplete(toJson(page));
      } else if (closed) {
        fail(FailureCode.NOT_SERVING, "it is stopping");
      } else if (request.overdue()) {
        fail(FailureCode.DEADLINE_PASSED, "events waited until its deadline");
      } else if (count != before) {
        look();
      } else {
        waitFor(Math.min(leftNanos, request.remainingNanos()));
      }
    }

    private void waitFor(long nanos) {
      end();
      waiters.add(this);
      timer = project.time().schedule(nanos / NANOS_PER_MS + 1, this::look);
    }

    private void end() {
      timer.run();
      waiters.remove(this);
    }

    void fail(FailureCode code, String reason) {
      end();
      answer.tryFail(new DreamkeeperException(code, project.address("admin") + ": " + reason));
    }
  }

  private static JsonObject toJson(JournalStore.Page page) {
    JsonObject told = new JsonObject().put("events", new JsonArray(page.events()));
    told.put("cursor", page.cursor());
    return page.gap() ? told.put("gap", true) : told;
  }
}
