package org.dreamkeeper.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dreamkeeper.DreamkeeperVerticle;

/** A served project, and the entries that fill its log. */
record Project(Vertx vertx, String address, Path dir, String deployment) {
  private static final int PARTIAL = 20;
  private static final long FIRST_ID = 1_700_000_000_000L;

  static Project serve(Vertx vertx, Path dir, JsonObject config) throws Exception {
    String address = dir.getFileName().toString();
    config.put("address", address);
    if (!config.containsKey("postgres")) {
      config.put("baseDir", dir.toString());
    }
    String id =
        await(
            vertx.deployVerticle(
                new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
    return new Project(vertx, address, dir, id);
  }

  Future<Message<JsonObject>> send(
      String actor, String action, JsonObject body, DeliveryOptions options) {
    return vertx
        .eventBus()
        .request(address + "." + actor, body, options.addHeader("action", action));
  }

  Future<Message<JsonObject>> send(String actor, String action, JsonObject body) {
    return send(actor, action, body, new DeliveryOptions());
  }

  void stop() throws Exception {
    await(vertx.undeploy(deployment));
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get();
  }

  /** Writes entries as an earlier host left them; twenty of them are {@code partial}. */
  static void fill(Path dir, int entries) throws IOException {
    Path log = Files.createDirectories(dir.resolve("dream-log"));
    for (int i = 0; i < entries; i++) {
      JsonObject entry =
          entry(FIRST_ID + i, i % (entries / PARTIAL) == 0 ? "partial" : "completed");
      Files.writeString(log.resolve(entry.getString("id") + ".json"), entry.encodePrettily());
    }
  }

  /** A typical entry: three operations, about 1 KB. */
  static JsonObject entry(long id, String status) {
    JsonObject entry =
        new JsonObject()
            .put("id", "drm-" + id)
            .put("startedAt", id)
            .put("trigger", "agent-idle")
            .put("status", status)
            .put(
                "summary",
                new JsonObject()
                    .put("consolidated", 1)
                    .put("synthesized", 1)
                    .put("pruned", 1)
                    .put("flaggedForReview", 0)
                    .put("errors", 0))
            .put(
                "operations",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("type", "CONSOLIDATE")
                            .put("action", "MERGE")
                            .put("inputFiles", new JsonArray().add("auth/jwt.md").add("auth/a.md"))
                            .put("outputFile", "auth/jwt.md")
                            .put(
                                "previousTexts", new JsonObject().put("auth/a.md", "x".repeat(300)))
                            .put("reason", "the same in other words")
                            .put("needsReview", false))
                    .add(
                        new JsonObject()
                            .put("type", "SYNTHESIZE")
                            .put("action", "CREATE")
                            .put("outputFile", "auth/index.md")
                            .put("sources", new JsonArray().add("auth/jwt.md"))
                            .put("confidence", 0.75)
                            .put("needsReview", true))
                    .add(
                        new JsonObject()
                            .put("type", "PRUNE")
                            .put("action", "ARCHIVE")
                            .put("file", "auth/a.md")
                            .put("reason", "merged")
                            .put("needsReview", false)))
            .put("completedAt", id + 5_000);
    return status.equals("partial") ? entry.put("abortReason", "timeout") : entry;
  }
}
