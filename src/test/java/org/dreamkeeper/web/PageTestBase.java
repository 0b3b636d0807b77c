package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A project with its page, and somebody who looks at it. */
@ExtendWith(Browser.Installed.class)
abstract class PageTestBase {
  static final String TOKEN = "0123456789abcdefghijklmnopqrstuvwxyz_-ABCDE";

  final Browser browser = Browser.one();
  @TempDir Path dir;
  String folder = "base";
  Path texts;
  Vertx vertx;
  final FaultyDisk disk = new FaultyDisk();
  Served served;
  Dreamkeeper keeper;
  HttpServer server;
  private int port;
  private String root;

  /** The connections by which events are streamed now. */
  final Set<HttpConnection> streams = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void serve() throws IOException {
    texts = Files.createDirectories(dir.resolve("notes"));
    vertx = Vertx.vertx();
    browser.forget();
  }

  @AfterEach
  void stop() {
    disk.heal();
    List<String> complaints = browser.complaints();
    browser.open("about:blank");
    if (served != null) {
      served.close();
    }
    await(vertx.close());
    assertEquals(List.of(), complaints);
  }

  Path base() {
    return dir.resolve(folder);
  }

  /** Serves the project, and its page at a free port. */
  void host(Object... settings) {
    project(Time.system(vertx), settings);
    listen(new WebOptions());
  }

  /** Serves the project alone. */
  void project(Time time, Object... settings) {
    JsonObject config = Served.config(base()).put("texts", texts.toString());
    for (int i = 0; i < settings.length; i += 2) {
      config.put((String) settings[i], settings[i + 1]);
    }
    served = Served.at(vertx, time, disk.machine(), config);
    keeper = Dreamkeeper.client(vertx, config.getString("address", "dream"));
  }

  void listen(WebOptions options) {
    listen(options, "/");
  }

  /** Opens the page below a path, at a port that nobody is given who asks for any. */
  void listen(WebOptions options, String path) {
    root = path;
    for (int tries = 0; server == null; tries++) {
      port = 20_000 + ThreadLocalRandom.current().nextInt(10_000);
      try {
        open(options);
      } catch (Served.Failed taken) {
        assertTrue(tries < 20, taken::toString);
      }
    }
  }

  /** Opens the page where it was before. */
  void open(WebOptions options) {
    Router page = DreamkeeperRouter.create(vertx, options.setToken(TOKEN));
    Router router = Router.router(vertx);
    if (root.equals("/")) {
      router = page;
    } else {
      router.route(root + "*").subRouter(page);
    }
    server = await(server(router).listen(port, "127.0.0.1"));
  }

  private HttpServer server(Router router) {
    return vertx
        .createHttpServer()
        .connectionHandler(
            connection -> connection.closeHandler(closed -> streams.remove(connection)))
        .requestHandler(
            request -> {
              if (request.path().endsWith("/events") && "GET".equals(request.method().name())) {
                streams.add(request.connection());
              }
              router.handle(request);
            });
  }

  String url() {
    return "http://127.0.0.1:" + port + root;
  }

  /** Comes by the link that the host prints. */
  void enter() {
    browser.open(url() + "#token=" + TOKEN);
    browser.sees("Live");
  }

  /** Goes somewhere else on the page. */
  void go(String... path) {
    String hash = "#/p/" + String.join("/", path);
    browser.js("location.hash = arguments[0]", hash);
    browser.until(
        "is at " + hash,
        () ->
            (Boolean)
                browser.js(
                    "return location.hash === arguments[0] && !!document.querySelector('h1')",
                    hash));
  }

  void text(String path, String text) throws IOException {
    Path file = texts.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  String text(String path) throws IOException {
    return Files.readString(texts.resolve(path));
  }

  void write(String name, String content) throws IOException {
    Path file = base().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** Dreams, and gives the entry's id. */
  String dream(Function<DreamRun, Future<Void>> work) {
    RunResult<Void> result = await(keeper.run(new RunOptions().setForce(true), work));
    return ((RunResult.Completed<Void>) result).entry().id();
  }

  static Consolidate merge(String reason, String output, String... inputs) {
    return new Consolidate(Consolidate.Action.MERGE, List.of(inputs), output, null, false, reason);
  }

  /** Merges two notes: one gets longer, the other goes. */
  String mergeNotes() throws IOException {
    text("deploy.md", "# Deploying\nRun `make release`.\nIt takes ten minutes.\n");
    text("rollback.md", "# Rolling back\nRun `make rollback`.\n");
    return dream(
        run ->
            run.texts()
                .write("deploy.md", "# Releasing\nRun `make release`.\n")
                .delete("rollback.md")
                .record(merge("Both tell how to deploy", "deploy.md", "deploy.md", "rollback.md")));
  }

  static JsonObject entry(String id, String status, long startedAt) {
    JsonObject entry =
        JsonObject.of(
            "id",
            id,
            "startedAt",
            startedAt,
            "trigger",
            "agent-idle",
            "status",
            status,
            "operations",
            new JsonArray());
    if (!status.equals("processing")) {
      entry.put("completedAt", startedAt + 42_000);
    }
    return entry.put(
        "summary",
        JsonObject.of(
            "consolidated", 1, "synthesized", 0, "pruned", 0, "flaggedForReview", 0, "errors", 0));
  }

  void writeEntry(JsonObject entry) throws IOException {
    write("dream-log/" + entry.getString("id") + ".json", entry.encodePrettily());
  }

  /** Leaves a state that was set aside; the one there is lacks a merge of it. */
  void setStateAside(int dreams) throws IOException {
    JsonObject merge =
        JsonObject.of("sourceFile", "api/errors.md", "mergeTarget", "api/limits.md")
            .put("reason", "Both tell of status 429")
            .put("suggestedByDreamId", "drm-1");
    JsonObject state =
        JsonObject.of("version", 1, "totalDreams", dreams, "curationsSinceDream", "x")
            .put("pendingMerges", new JsonArray().add(merge));
    write("dream-state.json.corrupt-1775822412000", state.encode());
  }
}
