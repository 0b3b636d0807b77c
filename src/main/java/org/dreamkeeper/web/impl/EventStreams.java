package org.dreamkeeper.web.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * Projects' events as server-sent events: {@code GET /api/<prefix>/events}. {@code id} is the
 * cursor behind the event; in a burst only the last one has it, so that who comes again with it
 * misses none. It begins behind {@code Last-Event-ID}, else behind {@code ?after=}, else now.
 *
 * <p>It asks for the next events when the client has taken those before. One that takes none for
 * half a minute is dropped: nothing more is kept for it, and the server's idle timeout ends its
 * connection.
 */
public final class EventStreams {
  /** How many there may be at once. */
  static final int MOST = 128;

  private static final int LIMIT = 100;
  private static final int SKIPPED = 1_000;
  private static final long ANSWER_MS = 30_000;
  private static final long PING_MS = 15_000;
  private static final long RETRY_MS = 1_000;
  private static final long DROP_MS = 30_000;

  private final Vertx vertx;
  private final Time time;
  private final Reach reach;
  private final AtomicInteger open = new AtomicInteger();

  /** Makes none yet. */
  public EventStreams(Vertx vertx, Reach reach) {
    this.vertx = vertx;
    this.time = Time.of(vertx);
    this.reach = reach;
  }

  /** Adds them. */
  public void mount(Routes routes) {
    routes.add("/api/:prefix/events", this::begin, HttpMethod.GET);
  }

  private void begin(RoutingContext request) {
    String prefix = request.pathParam("prefix");
    if (!reach.projects().containsKey(prefix)) {
      Routes.unknown(request);
    } else if (open.incrementAndGet() > MOST) {
      open.decrementAndGet();
      Answers.refuse(request, FailureCode.BUSY, MOST + " streams are open; try later");
    } else {
      new Stream(request, prefix).begin();
    }
  }

  /** One of them. */
  private final class Stream {
    private final RoutingContext request;
    private final HttpServerResponse response;
    private final String prefix;
    private String cursor;
    private Runnable timer = () -> {};
    private boolean over;
    private boolean left;

    Stream(RoutingContext request, String prefix) {
      this.request = request;
      this.response = request.response();
      this.prefix = prefix;
    }

    void begin() {
      response.closeHandler(closed -> leave());
      response.exceptionHandler(broken -> leave());
      String last = request.request().getHeader("Last-Event-ID");
      String after = last == null ? request.request().getParam("after") : last;
      Future<JsonObject> first =
          after == null ? now() : ask(after.isEmpty() ? null : after, 0, LIMIT);
      first
          .onSuccess(
              page -> {
                if (!over) {
                  response
                      .setChunked(true)
                      .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                      .putHeader("Cache-Control", "no-store")
                      .putHeader("X-Accel-Buffering", "no");
                  take(page);
                }
              })
          .onFailure(
              failure -> {
                leave();
                Answers.refuse(request, DreamkeeperException.of(failure));
              });
    }

    /** Gives a page without events, behind the last one that is there. */
    private Future<JsonObject> now() {
      return AsyncLoop.whileTrue(
              () ->
                  ask(cursor, 0, SKIPPED)
                      .map(
                          page -> {
                            boolean all = page.getJsonArray("events").isEmpty();
                            cursor = page.getString("cursor");
                            return !all && !over;
                          }))
          .map(end -> JsonObject.of("events", new JsonArray(), "cursor", cursor));
    }

    private Future<JsonObject> ask(String after, long waitMs, int limit) {
      JsonObject body = JsonObject.of("waitMs", waitMs, "limit", limit);
      if (after != null) {
        body.put("after", after);
      }
      DeliveryOptions options =
          new DeliveryOptions().addHeader("action", "events").setSendTimeout(ANSWER_MS + waitMs);
      return vertx
          .eventBus()
          .<JsonObject>request(prefix + ".admin", body, options)
          .map(reply -> reply.body());
    }

    /** Tells events, and goes on once the client has taken them. */
    private void take(JsonObject page) {
      Buffer text = Buffer.buffer();
      cursor = page.getString("cursor");
      if (page.getBoolean("gap", false)) {
        text.appendString("event: gap\ndata: {}\n\n");
      }
      JsonArray events = page.getJsonArray("events");
      for (int i = 0; i < events.size(); i++) {
        if (i == events.size() - 1) {
          text.appendString("id: " + cursor + "\n");
        }
        text.appendString("data: " + events.getJsonObject(i).encode() + "\n\n");
      }
      if (events.isEmpty()) {
        // With nothing to tell, the place is told, and that somebody is here.
        text.appendString(": ping\nid: " + cursor + "\n\n");
      }
      response.write(text).otherwiseEmpty();
      if (response.writeQueueFull()) {
        timer = time.schedule(DROP_MS, this::drop);
        response.drainHandler(
            drained -> {
              timer.run();
              follow();
            });
      } else {
        follow();
      }
    }

    private void follow() {
      if (over) {
        return;
      }
      if (!reach.projects().containsKey(prefix)) {
        leave();
        response.end().otherwiseEmpty();
        return;
      }
      ask(cursor, PING_MS, LIMIT)
          .onComplete(
              page -> {
                if (over) {
                  return;
                }
                if (page.succeeded()) {
                  take(page.result());
                } else {
                  // It may be stopping, or moving to another node.
                  timer = time.schedule(RETRY_MS, this::follow);
                }
              });
    }

    private void drop() {
      over = true;
      request.request().connection().close();
    }

    /** Makes room for another one. */
    private void leave() {
      over = true;
      timer.run();
      if (!left) {
        left = true;
        open.decrementAndGet();
      }
    }
  }
}
