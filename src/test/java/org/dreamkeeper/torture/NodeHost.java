package org.dreamkeeper.torture;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperNode;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;

/**
 * A node in a JVM of its own, with workers on it: one for each project counts in it on and on, one
 * request at a time, and says each answer, for a {@link History}, or failure ({@code F <project>
 * <reason>}); some dream, and say where they could not end in good order ({@code X …}); one holds
 * the lock of a project, and says when it loses it. Arguments: cluster, database, number of
 * projects, project whose lock is held or -, pause of each worker, ms. {@code report} tells of the
 * answers since the last one: how many there were, how long the longest took, and each that took
 * long; {@code rest} lets the workers stop, {@code go} go on, and {@code stop} ends the node in
 * good order.
 */
final class NodeHost {
  private static final long DREAM_MS = 50;
  private static final long LONG_MS = 500;
  private static final long RENEW_MS = 1_000;
  private static final int READS = 4;
  private static final int DREAMT = 6;

  private final Vertx vertx;
  private final int projects;
  private final long pauseMs;

  /** From here on all is the workers' context's. */
  private final List<Long> longMs = new ArrayList<>();

  private long longestMs;
  private int answers;
  private boolean resting = true;
  private int workers;
  private long asked;

  private NodeHost(Vertx vertx, int projects, long pauseMs) {
    this.vertx = vertx;
    this.projects = projects;
    this.pauseMs = pauseMs;
  }

  public static void main(String[] args) throws Exception {
    Vertx vertx = Bus.await(ClusterNode.join(args[0]));
    NodeHost host = new NodeHost(vertx, Integer.parseInt(args[2]), Long.parseLong(args[4]));
    host.serve(args[1]);
    Context context = vertx.getOrCreateContext();
    context.runOnContext(on -> host.work());
    if (!args[3].equals("-")) {
      host.hold(args[3]);
    }
    TortureHost.say("SERVES");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        host.carryOut(line, context);
      }
    }
    System.exit(0);
  }

  private void serve(String uri) throws Exception {
    JsonArray all = new JsonArray();
    for (int i = 0; i < projects; i++) {
      all.add(new JsonObject().put("address", "p" + i));
    }
    JsonObject config = new JsonObject().put("postgres", uri).put("projects", all);
    Bus.await(
        vertx.deployVerticle(new DreamkeeperNode(), new DeploymentOptions().setConfig(config)));
  }

  private void carryOut(String line, Context context) throws Exception {
    switch (line) {
      case "report" -> context.runOnContext(on -> report());
      case "rest" ->
          context.runOnContext(
              on -> {
                resting = true;
                rested();
              });
      case "go" -> context.runOnContext(on -> work());
      default -> {
        Bus.await(vertx.close());
        TortureHost.say("STOPPED");
      }
    }
  }

  private void report() {
    TortureHost.say("REPORT " + answers + " " + longestMs + " " + longMs);
    answers = 0;
    longestMs = 0;
    longMs.clear();
  }

  private void rested() {
    if (resting && workers == 0) {
      TortureHost.say("RESTS");
    }
  }

  private void work() {
    resting = false;
    for (int i = 0; i < projects; i++) {
      workers++;
      count("p" + i);
    }
    for (int i = 2; i < Math.min(projects, DREAMT); i++) {
      workers++;
      dream("p" + i);
    }
  }

  /** Lets a worker go on after a while, or rest. */
  private void next(long ms, Runnable work) {
    if (resting) {
      workers--;
      rested();
    } else {
      vertx.setTimer(ms, on -> work.run());
    }
  }

  /** Counts, or now and then reads. */
  private void count(String project) {
    boolean reads = ++asked % READS == 0;
    ask(project + ".state", reads ? "read" : "incrementCurationCount", null)
        .onComplete(
            end -> {
              if (end.succeeded()) {
                answered(project, reads ? "R" : "C", end.result(), 0);
              } else {
                TortureHost.say("F " + project + " " + end.cause().getMessage());
              }
              next(Math.max(1, pauseMs), () -> count(project));
            });
  }

  private record Reply(long begun, long ended, Message<JsonObject> message) {}

  private Future<Reply> ask(String address, String action, JsonObject body, String... headers) {
    long begun = System.nanoTime();
    DeliveryOptions options =
        new DeliveryOptions().addHeader("action", action).setSendTimeout(60_000);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options)
        .map(message -> new Reply(begun, System.nanoTime(), message))
        .onComplete(
            end -> {
              // One that wants to wait for the lock has waited so long for the service at most.
              long wishMs = body == null ? 0 : body.getLong("waitMs", 0L);
              long tookMs = (System.nanoTime() - begun) / 1_000_000 - wishMs;
              answers++;
              longestMs = Math.max(longestMs, tookMs);
              if (tookMs >= LONG_MS) {
                longMs.add(tookMs);
              }
            });
  }

  private static void answered(String project, String kind, Reply reply, long token) {
    MultiMap headers = reply.message().headers();
    // One that was repeated shows the state as it is now.
    String revision = headers.contains("repeated") ? "-" : headers.get("revision");
    Integer value = reply.message().body().getInteger("curationsSinceDream", 0);
    TortureHost.say(
        "H %s %s %d %d %s %d %d"
            .formatted(
                project,
                kind,
                reply.begun(),
                reply.ended(),
                revision == null ? "-" : revision,
                value,
                token));
  }

  /** Takes the lock, writes under it, and gives it back; all nodes want the same few. */
  private void dream(String project) {
    JsonObject wish = new JsonObject().put("waitMs", 1_000).put("leaseMs", 60_000);
    ask(project + ".lock", "tryAcquire", wish)
        .compose(
            grant -> {
              Long token = grant.message().body().getLong("token");
              if (token == null) {
                return Future.succeededFuture();
              }
              answered(project, "G", grant, token);
              String[] header = {"token", token.toString()};
              return ask(project + ".state", "incrementCurationCount", null, header)
                  .onSuccess(reply -> answered(project, "C", reply, token))
                  .compose(written -> ask(project + ".lock", "rollback", null, header));
            })
        .onFailure(no -> TortureHost.say("X " + project + " " + no.getMessage()))
        .onComplete(end -> next(DREAM_MS, () -> dream(project)));
  }

  private void hold(String project) throws Exception {
    AcquireOptions options =
        new AcquireOptions().setLease(Duration.ofMinutes(5)).setWait(Duration.ofMinutes(1));
    Acquisition granted = Bus.await(Dreamkeeper.client(vertx, project).lock().acquire(options));
    DreamLock lock = ((Acquisition.Acquired) granted).lock();
    lock.lost().onSuccess(how -> TortureHost.say("LOST " + project + " " + how));
    vertx.setPeriodic(
        RENEW_MS,
        due ->
            lock.renew()
                .onFailure(no -> TortureHost.say("LOST " + project + " " + no.getMessage())));
    TortureHost.say("HOLDS " + project + " " + lock.token());
  }
}
