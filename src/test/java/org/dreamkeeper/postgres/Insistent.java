package org.dreamkeeper.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
  private static final long PAUSE_MS = 20;
  private static final int OPERATIONS = 100;

  private final Vertx vertx;
  private final String address;
  private final Set<String> worthARetry;
  private final List<Future<?>> open = new ArrayList<>();
  private final Set<String> saved = new TreeSet<>();
  private final Map<String, Integer> appended = new TreeMap<>();
  private int counted;
  private String growing;
  private Future<?> grown;

  /** Makes one. If it does not insist, each first answer must be the right one. */
  Insistent(Vertx vertx, String address, boolean insists) {
    this.vertx = vertx;
    this.address = address;
    this.worthARetry = insists ? Set.of("NOT_SERVING", "STORAGE_FAILED") : Set.of();
  }

  private void grow(int n) {
    growing = "drm-" + n + "000000000";
    long now = System.currentTimeMillis();
    grown = ask("log", "save", Calls.bareEntry(growing, now, "processing"));
    saved.add(growing);
  }

  /** Sends one request of each kind, and does not wait. */
  void work() {
    int n = ++counted;
    if (n % OPERATIONS == 1) {
      grow(n);
    }
    open.add(ask("state", "incrementCurationCount", new JsonObject()));
    String id = "drm-" + (n + 1);
    saved.add(id);
    open.add(ask("log", "save", Calls.bareEntry(id, n, "completed").put("completedAt", n)));
    appended.merge(growing, 1, Integer::sum);
    JsonArray operations = new JsonArray().add(Calls.prune().put("file", n + ".md"));
    JsonObject append = JsonObject.of("id", growing, "operations", operations);
    open.add(grown.compose(there -> ask("log", "append", append)));
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
                failure instanceof DreamkeeperException no
                        && worthARetry.contains(String.valueOf(no.code()))
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
    appended.forEach(this::assertGrown);
  }

  private void assertGrown(String id, int operations) {
    JsonObject grown = Served.await(ask("log", "getById", JsonObject.of("id", id)));
    List<String> files =
        grown.getJsonArray("operations").stream()
            .map(each -> ((JsonObject) each).getString("file"))
            .toList();
    assertEquals(operations, files.size());
    assertEquals(operations, Set.copyOf(files).size());
  }

  private JsonObject list(JsonObject query) {
    return Served.await(ask("log", "list", query));
  }

  private JsonObject next(JsonObject query, JsonObject page) {
    String cursor = page.getString("cursor");
    return cursor == null ? null : list(query.copy().put("cursor", cursor));
  }
}
