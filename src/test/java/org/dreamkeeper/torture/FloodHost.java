package org.dreamkeeper.torture;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.bus.FailureCode;

/**
 * A host whose actors get far more requests than they can carry out: {@code <config> <requests>
 * <unanswered at a time> <lists in a hundred; saves are twice as many> <seed>}. It prints what
 * became of them in one line, and serves on until it is killed.
 */
final class FloodHost {
  private static final int ENTRIES = 100;

  private final Bus bus;
  private final Context context;
  private final int requests;
  private final int maxOpen;
  private final int lists;
  private final Random random;
  private final long[] stored = new long[ENTRIES];
  private int sent;
  private int open;
  private int mostOpen;
  private int replies;
  private int busy;
  private int other;
  private String firstOther;
  private long added;

  private FloodHost(Vertx vertx, String[] args) {
    this.bus = new Bus(vertx);
    this.context = vertx.getOrCreateContext();
    this.requests = Integer.parseInt(args[1]);
    this.maxOpen = Integer.parseInt(args[2]);
    this.lists = Integer.parseInt(args[3]);
    this.random = new Random(Long.parseLong(args[4]));
  }

  public static void main(String[] args)
      throws ExecutionException, InterruptedException, IOException {
    Vertx vertx = Vertx.vertx();
    DeploymentOptions options = new DeploymentOptions().setConfig(new JsonObject(args[0]));
    Bus.await(vertx.deployVerticle(new DreamkeeperVerticle(), options));
    FloodHost host = new FloodHost(vertx, args);
    host.context.runOnContext(on -> host.pour());
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      // Until it is killed.
      in.readLine();
    }
  }

  /** Sends until as many are unanswered as may be. */
  private void pour() {
    while (open < maxOpen && sent < requests) {
      int number = sent++;
      open++;
      int dice = random.nextInt(100);
      if (dice < 5) {
        send("state", "read", null, () -> {});
      } else if (dice < 10) {
        send("lock", "status", null, () -> {});
      } else if (dice < 15) {
        send("log", "getById", new JsonObject().put("id", id(0)), () -> {});
      } else if (dice < 15 + lists) {
        send("log", "list", null, () -> {});
      } else if (dice < 15 + 3 * lists) {
        save(number);
      } else {
        int by = 1 + random.nextInt(3);
        JsonObject body = new JsonObject().put("by", by);
        send("state", "incrementCurationCount", body, () -> added += by);
      }
    }
    mostOpen = Math.max(mostOpen, open);
  }

  private void save(int number) {
    int which = random.nextInt(ENTRIES);
    JsonObject entry = Dreamer.entry(id(which)).put("status", "error").put("completedAt", 1);
    entry.put("error", "flood").put("edition", number);
    // In the order of sending: the last one that was acknowledged is the one that stands.
    send("log", "save", entry, () -> stored[which] = Math.max(stored[which], number));
  }

  static String id(int which) {
    return "drm-" + (1_000 + which);
  }

  private void send(String actor, String action, JsonObject body, Runnable acknowledged) {
    bus.send(actor, action, body, null).onComplete(end -> answered(end, acknowledged));
  }

  private void answered(AsyncResult<JsonObject> end, Runnable acknowledged) {
    open--;
    if (end.succeeded()) {
      replies++;
      acknowledged.run();
    } else if (end.cause() instanceof ReplyException refusal
        && refusal.failureCode() == FailureCode.BUSY.code()) {
      busy++;
    } else {
      other++;
      firstOther = firstOther == null ? end.cause().toString() : firstOther;
    }
    if (open <= maxOpen / 2 && sent < requests) {
      pour();
    } else if (open == 0 && sent == requests) {
      TortureHost.say("ANSWERED " + result().encode());
    }
  }

  private JsonObject result() {
    JsonObject editions = new JsonObject();
    for (int i = 0; i < ENTRIES; i++) {
      editions.put(id(i), stored[i]);
    }
    return new JsonObject()
        .put("replies", replies)
        .put("busy", busy)
        .put("other", other)
        .put("firstOther", firstOther)
        .put("mostOpen", mostOpen)
        .put("added", added)
        .put("stored", editions);
  }
}
