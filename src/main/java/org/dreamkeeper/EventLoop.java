package org.dreamkeeper;

import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.JsonFields;

/**
 * Asks for the events behind those that it has, one page after the other, and waits for more. It
 * lives on the context that began it, and ends with that. While the project does not answer, it
 * asks again.
 */
final class EventLoop implements EventFollower {
  private static final int LIMIT = 100;
  private static final long WAIT_MS = 20_000;
  private static final long RETRY_MS = 500;

  private final ContextInternal context;
  private final ActorClient admin;
  private final Time time;
  private final Handler<EventPage> handler;
  private final Promise<Void> ended;
  private final Closeable onClose =
      closed -> {
        end();
        closed.succeed();
      };

  private String cursor;
  private Runnable retry = () -> {};
  private boolean over;

  EventLoop(Vertx vertx, ActorClient admin, Time time, String cursor, Handler<EventPage> handler) {
    this.context = (ContextInternal) vertx.getOrCreateContext();
    this.admin = admin;
    this.time = time;
    this.cursor = cursor;
    this.handler = handler;
    this.ended = context.promise();
  }

  EventLoop begin() {
    context.addCloseHook(onClose);
    context.runOnContext(turn -> ask());
    return this;
  }

  private void ask() {
    if (over) {
      return;
    }
    JsonObject body = new JsonObject().put("limit", LIMIT).put("waitMs", WAIT_MS);
    admin
        .read("events", JsonFields.put(body, "after", cursor), WAIT_MS)
        .onComplete(
            reply -> {
              if (over) {
                return;
              }
              if (reply.succeeded()) {
                take(EventPage.of(reply.result().body()));
              } else if (DreamkeeperException.of(reply.cause()).code()
                  == FailureCode.INVALID_REQUEST) {
                fail(reply.cause());
              } else {
                retry = time.schedule(RETRY_MS, this::ask);
              }
            });
  }

  private void take(EventPage page) {
    try {
      if (!page.events().isEmpty() || page.gap()) {
        handler.handle(page);
      }
    } catch (Throwable thrown) {
      // Who has not taken it begins again at the cursor that he has.
      fail(thrown);
      return;
    }
    cursor = page.cursor();
    ask();
  }

  private void fail(Throwable cause) {
    if (!over) {
      leave();
      ended.fail(cause);
    }
  }

  private void end() {
    if (!over) {
      leave();
      ended.complete();
    }
  }

  private void leave() {
    over = true;
    retry.run();
    context.removeCloseHook(onClose);
  }

  @Override
  public Future<Void> stop() {
    context.runOnContext(turn -> end());
    return ended.future().otherwiseEmpty();
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }
}
