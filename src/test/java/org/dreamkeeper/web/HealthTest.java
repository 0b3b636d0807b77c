package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.LocalProjects;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a probe is told, whatever is the matter. */
final class HealthTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final FaultyDisk disk = new FaultyDisk();
  private final CountDownLatch thaw = new CountDownLatch(1);
  private final List<Served> open = new ArrayList<>();
  private HttpServer server;

  @TempDir Path dir;

  @AfterEach
  void stop() {
    thaw.countDown();
    unserve();
    await(vertx.close());
  }

  private void unserve() {
    open.forEach(Served::close);
    open.clear();
  }

  private Served serve(String address) {
    JsonObject config = Served.config(dir.resolve(address)).put("address", address);
    Served served = Served.at(vertx, time, disk.machine(), config);
    open.add(served);
    return served;
  }

  private record Answer(int status, String type, String body) {}

  private Answer get(String path, String... headers) {
    return ask(HttpMethod.GET, path, headers);
  }

  /** Asks, and lets time pass until there is an answer, for a disk that hangs is given some. */
  private Answer ask(HttpMethod method, String path, String... headers) {
    Future<Answer> answer = send(method, path, headers);
    until(
        () -> {
          time.leap(50);
          return answer.isComplete();
        });
    return await(answer);
  }

  private Future<Answer> send(HttpMethod method, String path, String... headers) {
    if (server == null) {
      StandIns.put(vertx, Time.class, time);
      WebOptions options = new WebOptions().setToken(TOKEN);
      server =
          await(
              vertx
                  .createHttpServer()
                  .requestHandler(DreamkeeperRouter.create(vertx, options))
                  .listen(0, "127.0.0.1"));
    }
    RequestOptions options =
        new RequestOptions()
            .setHost("127.0.0.1")
            .setPort(server.actualPort())
            .setMethod(method)
            .setURI(path);
    for (int i = 0; i < headers.length; i += 2) {
      options.putHeader(headers[i], headers[i + 1]);
    }
    return vertx
        .createHttpClient()
        .request(options)
        .compose(
            request ->
                request
                    .send()
                    .compose(
                        response ->
                            response
                                .body()
                                .map(
                                    body ->
                                        new Answer(
                                            response.statusCode(),
                                            response.getHeader("Content-Type"),
                                            body.toString()))));
  }

  /** Asks both, of whom one tells of the project what is expected. */
  private void says(String project, String live, String ready) {
    for (String probe : List.of("live", "ready")) {
      String expected = probe.equals("live") ? live : ready;
      until(
          () -> {
            time.leap(1_000);
            Answer answer = get("/health/" + probe);
            JsonObject check =
                new JsonObject(answer.body()).getJsonArray("checks").getJsonObject(0);
            boolean ok = expected.equals("ok");
            return answer.status() == (ok ? 200 : 503)
                && check.getString("status").equals(ok ? "UP" : "DOWN")
                && expected.equals(check.getJsonObject("data").getString(project));
          });
    }
  }

  @Test
  void probesAreOpenAndScrapesAreNot() {
    serve("dream");
    says("dream", "ok", "ok");
    assertEquals(405, ask(HttpMethod.POST, "/health/live").status());
    assertEquals(401, get("/metrics").status());
    assertEquals(401, get("/metrics", "Authorization", "Bearer " + "0".repeat(32)).status());
    time.advance(1_000);
    String bearer = "Bearer " + TOKEN;
    until(() -> get("/metrics", "Authorization", bearer).body().contains("dreamkeeper_claim_held"));
    Answer scrape = get("/metrics", "Authorization", bearer);
    assertEquals(200, scrape.status());
    assertEquals("text/plain; version=0.0.4; charset=utf-8", scrape.type());
    assertEquals(List.of(), new Promlint(scrape.body()).wrong());
    assertEquals(405, ask(HttpMethod.POST, "/metrics", "Authorization", bearer).status());
  }

  @Test
  void aClaimThatIsGoneIsNotReady() throws IOException {
    serve("dream");
    Path claim = dir.resolve("dream/.dreamkeeper.claim");
    Files.move(claim, dir.resolve("elsewhere"));
    time.advance(10_000);
    says("dream", "ok", "its claim is gone");
    Files.move(dir.resolve("elsewhere"), claim);
  }

  @Test
  void aDiskThatHangsIsNotReadyAndYetAlive() {
    Served served = serve("dream");
    says("dream", "ok", "ok");
    for (Op op : Op.values()) {
      disk.on(op, name -> hang());
    }
    Future<?> hangs = served.send("log", "nextId", null);
    served.arrived();
    time.leap(12_000);
    says("dream", "ok", "its storage does not answer");
    thaw.countDown();
    await(hangs.otherwiseEmpty());
    says("dream", "ok", "ok");
  }

  private void hang() throws IOException {
    try {
      thaw.await();
    } catch (InterruptedException stop) {
      throw new IOException(stop);
    }
  }

  @Test
  void anActorThatNeverTakesItsTurnIsNotAlive() {
    var blocked = vertx.eventBus().localConsumer("dream.admin", message -> {});
    LocalProjects.SERVED.add(vertx, "dream", LocalProjects.UNKNOWN_BYTES);
    says("dream", "no answer", "no answer");
    await(blocked.unregister());
    says("dream", "ok", "not served");
  }

  @Test
  void whatIsNamedMustBeServed() {
    StandIns.put(vertx, Time.class, time);
    DreamkeeperHealth health = new DreamkeeperHealth(vertx, Set.of("notes"));
    assertEquals(JsonObject.of("notes", "not served"), ready(health).getData());
    serve("notes");
    serve("other");
    until(() -> ready(health).getData().equals(JsonObject.of("notes", "ok")));
    unserve();
    until(() -> !ready(health).isOk());
    assertTrue(ready(new DreamkeeperHealth(vertx, Set.of())).isOk(), "it serves nothing");
  }

  @Test
  void ofManyProjectsEachIsTold() {
    Set<String> names =
        IntStream.range(0, 200).mapToObj(i -> "notes-" + i).collect(Collectors.toSet());
    for (String name : names) {
      vertx.eventBus().localConsumer(name + ".admin", message -> message.fail(1, "any answer"));
    }
    Promise<Status> status = Promise.promise();
    new DreamkeeperHealth(vertx, names).live(status);
    JsonObject told = await(status.future()).getData();
    assertEquals(names, told.fieldNames());
    assertEquals(Set.of("ok"), Set.copyOf(told.getMap().values()));
  }

  private Status ready(DreamkeeperHealth health) {
    time.advance(1_000);
    Promise<Status> status = Promise.promise();
    health.ready(status);
    return await(status.future());
  }
}
