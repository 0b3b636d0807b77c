package org.dreamkeeper.torture;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperNode;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;

/**
 * A node in a JVM of its own, with workers on it: one for each project counts in it on and on, one
 * request at a time, and says each that was acknowledged ({@code A <project> <revision>}) or
 * refused ({@code F <project> <reason>}); one holds the lock of a project, and says when it loses
 * it. Arguments: cluster, database, number of projects, project whose lock is held or -. {@code
 * report} gives the longest answer since the last one; {@code rest} lets the workers stop.
 */
final class NodeHost {
  private static final long PAUSE_MS = 50;
  private static final long RENEW_MS = 1_000;

  private final Vertx vertx;
  private final int projects;
  private final AtomicLong longestNanos = new AtomicLong();
  private volatile boolean resting;
  private int busy;

  private NodeHost(Vertx vertx, int projects) {
    this.vertx = vertx;
    this.projects = projects;
  }

  public static void main(String[] args) throws Exception {
    NodeHost host = new NodeHost(Bus.await(ClusterNode.join(args[0])), Integer.parseInt(args[2]));
    host.serve(args[1]);
    host.vertx.runOnContext(on -> host.work());
    if (!args[3].equals("-")) {
      host.hold(args[3]);
    }
    TortureHost.say("SERVES");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        host.carryOut(line);
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

  private void carryOut(String line) throws Exception {
    switch (line) {
      case "report" -> TortureHost.say("LONGEST " + longestNanos.getAndSet(0) / 1_000_000 + " ms");
      case "rest" -> {
        resting = true;
        vertx.runOnContext(on -> rested());
      }
      default -> {
        Bus.await(vertx.close());
        TortureHost.say("STOPPED");
      }
    }
  }

  private void rested() {
    if (resting && busy == 0) {
      TortureHost.say("RESTS");
    }
  }

  private void work() {
    for (int i = 0; i < projects; i++) {
      count("p" + i);
    }
  }

  private void count(String project) {
    if (resting) {
      return;
    }
    busy++;
    long begun = System.nanoTime();
    DeliveryOptions options =
        new DeliveryOptions().addHeader("action", "incrementCurationCount").setSendTimeout(60_000);
    vertx
        .eventBus()
        .<JsonObject>request(project + ".state", null, options)
        .onComplete(
            end -> {
              busy--;
              longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
              if (end.succeeded()) {
                TortureHost.say(
                    "A " + project + " " + end.result().body().getInteger("curationsSinceDream"));
              } else {
                TortureHost.say("F " + project + " " + end.cause().getMessage());
              }
              rested();
              vertx.setTimer(PAUSE_MS, next -> count(project));
            });
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
