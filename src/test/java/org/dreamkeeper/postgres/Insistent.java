package org.dreamkeeper.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Requests;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;

/**
 * A worker that counts, saves and appends, and knows what there must be in the end: what was
 * acknowledged, each once. Where the service says that it could not, the worker asks again with the
 * same request id.
 */
final class Insistent {
  private static final Set<String> WORTH_A_RETRY = Set.of("NOT_SERVING", "STORAGE_FAILED");
  private static final long PAUSE_MS = 20;
  private static final String GROWING = "drm-1";

  private final Vertx vertx;
  private final String address;
  private final boolean insists;
  private final List<Future<?>> open = new ArrayList<>();
  private final Set<String> saved = new TreeSet<>();
  private int counted;
  private int appended;

  /** Makes one; if it does not insist, each first answer must be the right one. */
  Insistent(Vertx vertx, String address, boolean insists) {
    this.vertx = vertx;
    this.address = address;
    this.insists = insists;
  }

  void begin() {
    JsonObject growing = Calls.bareEntry(GROWING, System.currentTimeMillis(), "processing");
    Served.await(ask("log", "save", growing));
    saved.add(GROWING);
  }

  /** Sends one request of each kind, and does not wait. */
  void work() {
    int n = ++counted;
    open.add(ask("state", "incrementCurationCount", new JsonObject()));
    String id = "drm-" + (n + 1);
    saved.add(id);
    open.add(ask("log", "save", Calls.bareEntry(id, n, "completed").put("completedAt", n)));
    appended++;
    JsonArray operations = new JsonArray().add(Calls.prune().put("file", n + ".md"));
    open.add(ask("log", "append", JsonObject.of("id", GROWING, "operations", operations)));
  }

  /** Waits until all is acknowledged. */
  void await() {
    Served.await(Future.all(open));
    open.clear();
  }

  private Future<JsonObject> ask(String actor, String action, JsonObject body) {
    return ask(actor, action, body, UUID.randomUUID().toString());
  }

  private Future<JsonObject> ask(String actor, String action, JsonObject body, String id) {
    return Requests.send(vertx, address + "." + actor, action, body, "requestId", id)
        .map(reply -> reply.body())
        .recover(
            failure ->
                insists
                        && failure instanceof DreamkeeperException no
                        && WORTH_A_RETRY.contains(String.valueOf(no.code()))
                    ? vertx.timer(PAUSE_MS).compose(later -> ask(actor, action, body, id))
                    : Future.failedFuture(failure));
  }

  /** Asserts that all is there, once. */
  void assertAllIsThereOnce() {
    JsonObject state = Served.await(ask("state", "read", null));
    assertEquals(counted, state.getInteger("curationsSinceDream"));
    Set<String> there = new TreeSet<>();
    JsonObject query = JsonObject.of("limit", 1_000, "brief", true);
    for (JsonObject page = list(query); page != null; page = next(query, page)) {
      for (Object each : page.getJsonArray("entries")) {
        there.add(((JsonObject) each).getString("id"));
      }
    }
    assertEquals(saved, there);
    JsonObject grown = Served.await(ask("log", "getById", JsonObject.of("id", GROWING)));
    List<String> files =
        grown.getJsonArray("operations").stream()
            .map(each -> ((JsonObject) each).getString("file"))
            .toList();
    assertEquals(appended, files.size());
    assertEquals(appended, Set.copyOf(files).size());
  }

  private JsonObject list(JsonObject query) {
    return Served.await(ask("log", "list", query));
  }

  private JsonObject next(JsonObject query, JsonObject page) {
    String cursor = page.getString("cursor");
    return cursor == null ? null : list(query.copy().put("cursor", cursor));
  }
}
