package org.dreamkeeper;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.FailureCode;

/** A valid request for each action of the contract, and what it is made of. */
public final class Calls {
  /** The contract's actors. */
  public static final List<String> ACTORS = List.of("state", "lock", "log", "admin");

  /**
   * A valid request.
   *
   * @param actor whose address it goes to
   * @param action the action header
   * @param body null where the action takes none
   * @param holding whether the token header is required
   */
  public record Call(String actor, String action, JsonObject body, boolean holding) {
    @Override
    public String toString() {
      return actor + "." + action;
    }
  }

  public static final List<Call> ALL =
      List.of(
          call("state", "read", null),
          call(
              "state",
              "gates",
              new JsonObject()
                  .put("minHours", 12.5)
                  .put("minCurations", 3)
                  .put("pendingTasks", 0)
                  .put("force", false)
                  .put("quiet", true)),
          call("state", "write", state()),
          call("state", "update", state()),
          call("state", "incrementCurationCount", new JsonObject().put("by", 1)),
          call("state", "addPendingMerges", new JsonObject().put("merges", array(merge()))),
          call(
              "state",
              "removePendingMerges",
              new JsonObject()
                  .put(
                      "merges",
                      array(new JsonObject().put("sourceFile", "a").put("mergeTarget", "b")))),
          call("state", "enqueueStaleSummaryPaths", new JsonObject().put("paths", array("a.md"))),
          call("state", "drainStaleSummaryPaths", null),
          call(
              "state",
              "recordDream",
              new JsonObject().put("logId", "drm-7").put("completedAt", 7).put("curationsSeen", 1)),
          call(
              "state",
              "forgetDream",
              new JsonObject()
                  .put("logId", "drm-7")
                  .put("previous", new JsonObject().put("logId", "drm-6").put("completedAt", 6))
                  .put("curations", 1)),
          call(
              "lock",
              "tryAcquire",
              new JsonObject().put("owner", "me").put("leaseMs", 60_000).put("waitMs", 0)),
          new Call("lock", "renew", new JsonObject().put("leaseMs", 60_000), true),
          new Call("lock", "release", null, true),
          new Call("lock", "rollback", null, true),
          call("lock", "status", null),
          call("log", "nextId", null),
          call("log", "save", entry("completed", consolidate())),
          call(
              "log",
              "append",
              new JsonObject().put("id", "drm-8").put("operations", array(consolidate()))),
          call("log", "getById", new JsonObject().put("id", "drm-7")),
          call(
              "log",
              "list",
              new JsonObject()
                  .put("after", 0)
                  .put("before", 1_793_714_400_000L)
                  .put("status", array("completed"))
                  .put("trigger", array("manual"))
                  .put("limit", 10)
                  .put("brief", true)),
          call("admin", "overview", null),
          call("admin", "diff", new JsonObject().put("id", "drm-7").put("operation", 0)),
          call(
              "admin",
              "undo",
              new JsonObject()
                  .put("id", "drm-7")
                  .put("operations", array(0))
                  .put("dryRun", true)
                  .put("plan", "any")
                  .put("force", array("a.md"))
                  .put("timeoutMs", 60_000)),
          call("admin", "events", new JsonObject().put("limit", 10).put("waitMs", 0)),
          call("admin", "inspect", null),
          call("admin", "cancel", new JsonObject().put("token", 1).put("reason", "enough")),
          call("admin", "evict", new JsonObject().put("token", 1).put("reason", "it hangs")),
          call("admin", "setAside", new JsonObject().put("id", "drm-7")),
          call(
              "admin",
              "putBack",
              new JsonObject()
                  .put("file", "dream-state.json.corrupt-7")
                  .put("fields", array("totalDreams"))));

  private Calls() {}

  private static Call call(String actor, String action, JsonObject body) {
    return new Call(actor, action, body, false);
  }

  static Call of(String name) {
    return ALL.stream().filter(call -> call.toString().equals(name)).findFirst().orElseThrow();
  }

  static JsonArray array(Object... values) {
    return new JsonArray(List.of(values));
  }

  public static JsonObject state() {
    return new JsonObject()
        .put("version", 1)
        .put("curationsSinceDream", 3)
        .put("lastDreamAt", "2026-04-10T12:00:00.000Z")
        .put("lastDreamLogId", "drm-5")
        .put("totalDreams", 2)
        .put("pendingMerges", array(merge()))
        .put("staleSummaryPaths", array(new JsonObject().put("path", "a.md").put("enqueuedAt", 5)));
  }

  static JsonObject merge() {
    return new JsonObject()
        .put("sourceFile", "a")
        .put("mergeTarget", "b")
        .put("reason", "overlap")
        .put("suggestedByDreamId", "drm-5");
  }

  public static JsonObject entry(String status, JsonObject operation) {
    JsonObject entry =
        new JsonObject()
            .put("id", "drm-7")
            .put("startedAt", 7)
            .put("trigger", "manual")
            .put("status", status)
            .put(
                "summary",
                new JsonObject()
                    .put("consolidated", 1)
                    .put("synthesized", 0)
                    .put("pruned", 0)
                    .put("flaggedForReview", 0)
                    .put("errors", 0))
            .put("operations", array(operation))
            .put("taskId", "t-1");
    return switch (status) {
      case "processing" -> entry;
      case "completed" -> entry.put("completedAt", 8);
      case "partial" -> entry.put("completedAt", 8).put("abortReason", "enough");
      case "error" -> entry.put("completedAt", 8).put("error", "broken");
      default -> entry.put("completedAt", 8).put("undoneAt", 9);
    };
  }

  /** An entry of a dream that has done nothing; what its status asks for beside is to be added. */
  public static JsonObject bareEntry(String id, long startedAt, String status) {
    return new JsonObject()
        .put("id", id)
        .put("startedAt", startedAt)
        .put("trigger", "manual")
        .put("status", status)
        .put(
            "summary",
            new JsonObject()
                .put("consolidated", 0)
                .put("synthesized", 0)
                .put("pruned", 0)
                .put("flaggedForReview", 0)
                .put("errors", 0))
        .put("operations", new JsonArray());
  }

  public static JsonObject consolidate() {
    return new JsonObject()
        .put("type", "CONSOLIDATE")
        .put("action", "MERGE")
        .put("inputFiles", array("a.md", "b.md"))
        .put("outputFile", "b.md")
        .put("previousTexts", new JsonObject().put("a.md", "text"))
        .put("needsReview", false)
        .put("reason", "the same");
  }

  public static JsonObject synthesize() {
    return new JsonObject()
        .put("type", "SYNTHESIZE")
        .put("action", "CREATE")
        .put("outputFile", "c.md")
        .put("sources", array("a.md"))
        .put("confidence", 0.5)
        .put("needsReview", true);
  }

  public static JsonObject prune() {
    return new JsonObject()
        .put("type", "PRUNE")
        .put("action", "SUGGEST_MERGE")
        .put("file", "a.md")
        .put("mergeTarget", "b.md")
        .put("stubPath", "a.stub.md")
        .put("needsReview", false)
        .put("reason", "stale");
  }

  /** What an actor says that it does: its own table, as it names it to who asks for what is not. */
  static Set<String> toldBy(Served served, String actor) {
    String message = served.refused(actor, "nonsense", null).getMessage();
    String table = message.replaceFirst(".*expected one of \\[(.*)\\]", "$1");
    if (!message.startsWith(FailureCode.UNKNOWN_ACTION + ": ") || table.equals(message)) {
      throw new AssertionError(message);
    }
    return Set.of(table.split(", "));
  }

  static Set<String> actionsOf(String actor) {
    return ALL.stream()
        .filter(call -> call.actor().equals(actor))
        .map(Call::action)
        .collect(Collectors.toSet());
  }
}
