package org.dreamkeeper.torture;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.DreamkeeperVerticle;

/**
 * A host that a test starts, stops and kills. It does what it is told, line by line: {@code deploy
 * <config>}, {@code undeploy}, {@code ask <actor> <action> <token or -> <body>}, {@code dream <ms>}
 * (dreams on and on, each taking up to so long), {@code listen <prefix>} (says each event), {@code
 * crowd <clients>} (all of them write on and on); and answers each in a line. Given the name of a
 * cluster, it joins that, and need not deploy anything to ask.
 */
final class TortureHost {
  private final Vertx vertx;
  private String deployment;

  private TortureHost(Vertx vertx) {
    this.vertx = vertx;
  }

  public static void main(String[] args) throws Exception {
    TortureHost host =
        new TortureHost(
            args.length == 0 ? Vertx.vertx() : Bus.await(ClusterNode.joinAsGuest(args[0])));
    say("READY");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        host.carryOut(line.split(" ", 5));
      }
    }
    System.exit(0);
  }

  private void carryOut(String[] words) throws InterruptedException {
    try {
      switch (words[0]) {
        case "deploy" -> {
          deployment =
              Bus.await(
                  vertx.deployVerticle(
                      DreamkeeperVerticle.class.getName(),
                      new DeploymentOptions().setConfig(new JsonObject(words[1]))));
          say("SERVES");
        }
        case "undeploy" -> {
          Bus.await(vertx.undeploy(deployment));
          say("STOPPED");
        }
        case "ask" -> {
          String token = words[3].equals("-") ? null : words[3];
          JsonObject body = words.length > 4 ? new JsonObject(words[4]) : null;
          say("REPLY " + new Bus(vertx).ask(words[1], words[2], body, token).encode());
        }
        case "listen" -> {
          vertx
              .eventBus()
              .<JsonObject>localConsumer(words[1] + ".events", event -> heard(event.body()));
          say("LISTENS");
        }
        case "crowd" ->
            Bus.await(new Crowd(vertx, TortureHost::say).start(Integer.parseInt(words[1])));
        case "dream" -> new Dreamer(vertx, Integer.parseInt(words[1])).dreamOn();
        default -> throw new IllegalArgumentException(words[0]);
      }
    } catch (ExecutionException failure) {
      say("REFUSED " + failure.getCause().getMessage());
    }
  }

  /** Tells of an event as it is kept. */
  private static void heard(JsonObject event) {
    if (!event.getString("type").equals("state.changed")) {
      JsonObject copy = event.copy();
      copy.remove("seq");
      say("EVENT " + copy.encode());
    }
  }

  static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
