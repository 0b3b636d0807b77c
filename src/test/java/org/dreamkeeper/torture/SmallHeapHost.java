package org.dreamkeeper.torture;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.dreamkeeper.Calls;
import org.dreamkeeper.DreamkeeperVerticle;

/**
 * A host to which saves of a megabyte come all at once, each decoded from bytes as a clustered bus
 * does it: {@code <config> <saves>}. It prints how many ended with which code, and what a list says
 * then.
 */
final class SmallHeapHost {
  private static final int TEXTS = 10;
  private static final int TEXT_BYTES = 100_000;

  private SmallHeapHost() {}

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    Bus.await(
        vertx.deployVerticle(
            new DreamkeeperVerticle(), new DeploymentOptions().setConfig(new JsonObject(args[0]))));
    byte[] wire = entry().encode().getBytes(StandardCharsets.UTF_8);
    List<Future<Integer>> answers = new ArrayList<>();
    for (int i = 1; i <= Integer.parseInt(args[1]); i++) {
      JsonObject entry =
          new JsonObject(new String(wire, StandardCharsets.UTF_8)).put("id", "drm-" + i);
      answers.add(
          send(vertx, "save", entry)
              .transform(
                  end ->
                      Future.succeededFuture(
                          end.cause() instanceof ReplyException refusal
                              ? refusal.failureCode()
                              : 0)));
    }
    TreeMap<Integer, Integer> codes = new TreeMap<>();
    for (Future<Integer> each : answers) {
      codes.merge(Bus.await(each), 1, Integer::sum);
    }
    System.out.println("ANSWERED " + codes);
    JsonObject query = new JsonObject().put("brief", true).put("limit", 1);
    System.out.println("LISTED " + Bus.await(send(vertx, "list", query)).encode());
    System.in.read();
  }

  private static Future<JsonObject> send(Vertx vertx, String action, JsonObject body) {
    DeliveryOptions options =
        new DeliveryOptions().addHeader("action", action).setSendTimeout(120_000);
    return vertx
        .eventBus()
        .<JsonObject>request("dream.log", body, options)
        .map(reply -> reply.body());
  }

  private static JsonObject entry() {
    JsonObject texts = new JsonObject();
    for (int i = 0; i < TEXTS; i++) {
      texts.put("f" + i, "x".repeat(TEXT_BYTES));
    }
    JsonObject operation = Calls.consolidate().put("previousTexts", texts);
    return Calls.bareEntry("drm-1", 1, "completed")
        .put("completedAt", 2)
        .put("operations", new JsonArray().add(operation));
  }
}
