package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.web.Http.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, on every route, and what those are told who are not. */
final class GuardTest {
  private static final String READ = "/api/dream/state/read";

  /** Open to who has no login yet; what else there is stands behind it. */
  private static final Set<String> OPEN =
      Set.of("GET /", "GET /openapi.json", "POST /login", "GET /health/live", "GET /health/ready");

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(1_775_822_400_000L);
  private Served served;
  private Http http;

  @BeforeEach
  void serve() {
    served = Served.at(vertx, dir);
    // The router's; the project has the machine's.
    StandIns.put(vertx, Time.class, time);
    http = Http.serve(vertx, Http.guarded());
  }

  @AfterEach
  void stop() {
    served.close();
    await(vertx.close());
  }

  private Answer ask(String route, String... headers) {
    String[] parts = route.split(" ", -1);
    return http.ask(HttpMethod.valueOf(parts[0]), parts[1], null, headers);
  }

  /** Gives all that the router has, each with a method that it takes and answers in full. */
  private List<String> routes() {
    List<String> all =
        DreamkeeperRouter.create(vertx, Http.guarded()).getRoutes().stream()
            .filter(route -> route.methods() != null)
            .map(
                route ->
                    (route.methods().contains(HttpMethod.POST) ? "POST " : "GET ")
                        + route.getName())
            .map(route -> route.replace(":prefix", "dream"))
            .map(route -> route.replace(":actor", "state").replace(":action", "read"))
            .toList();
    assertTrue(all.containsAll(OPEN), all.toString());
    assertTrue(all.containsAll(List.of("POST " + READ, "GET /metrics")), all.toString());
    return all;
  }

  private static boolean isOpen(String route) {
    String file = route.replaceFirst("GET /", "");
    return OPEN.contains(route) || Files.isRegularFile(PageFilesTest.FOLDER.resolve(file));
  }

  @Test
  void aForeignHostOrOriginIsRefusedEverywhere() {
    List<String> routes = new ArrayList<>(routes());
    routes.add("GET /none");
    for (String route : routes) {
      for (String host : List.of("evil.example", "evil.example:" + http.port(), "127.0.0.1.evil")) {
        Answer no = ask(route, "Host", host, "Authorization", "Bearer " + Http.TOKEN);
        assertEquals(403, no.status(), route + " of " + host);
        assertEquals("FORBIDDEN", no.name());
      }
      for (String origin :
          List.of("http://evil.example", "null", "http://127.0.0.1:1", "http://localhost")) {
        Answer no = ask(route, "Origin", origin, "Authorization", "Bearer " + Http.TOKEN);
        assertEquals(403, no.status(), route + " from " + origin);
      }
    }
  }

  @Test
  void aHostMayComeByAnotherPortAsThroughTunnels() {
    String[] tunnel = {"Host", "localhost:9", "Origin", "http://localhost:9"};
    assertEquals(200, ask("GET /", tunnel).status());
  }

  @Test
  void withoutTheTokenNobodyPassesTheLogin() {
    String longer = Http.TOKEN + "0";
    List<String> guarded = routes().stream().filter(route -> !isOpen(route)).toList();
    assertEquals(4, guarded.size(), guarded.toString());
    for (String route : guarded) {
      for (String[] headers :
          List.of(
              new String[] {},
              new String[] {"Authorization", "Bearer wrong"},
              new String[] {"Authorization", "Bearer " + longer},
              new String[] {"Authorization", "Bearer"},
              new String[] {"Authorization", "Basic " + Http.TOKEN},
              new String[] {"Cookie", "dreamkeeper-" + http.port() + "=" + Http.TOKEN},
              new String[] {"Cookie", "dreamkeeper-" + http.port() + "=9999999999999.a.b"})) {
        Answer no = ask(route, headers);
        assertEquals(401, no.status(), route);
        assertEquals("UNAUTHORIZED", no.name());
        assertEquals("Bearer", no.headers().get("WWW-Authenticate"));
        assertFalse(no.body().toString().contains(Http.TOKEN));
      }
      Answer with = ask("GET /api/projects", "Authorization", "bearer " + Http.TOKEN);
      assertEquals(List.of("dream"), with.json().getJsonArray("projects").getList());
    }
  }

  @Test
  void theLoginGivesASessionOfTwelveHours() {
    assertEquals(401, login("{\"token\": \"wrong\"}").status());
    assertEquals(400, login("{\"token\": 3}").status());
    assertEquals(400, login("{}").status());
    assertEquals(400, login("").status());
    assertEquals(400, login("[").status());
    assertEquals(413, login(" ".repeat(5_000)).status());
    Answer in = login(JsonObject.of("token", Http.TOKEN).encode());
    assertEquals(200, in.status());
    String set = in.headers().get("Set-Cookie");
    assertTrue(set.startsWith("dreamkeeper-" + http.port() + "="), set);
    for (String each : List.of("HTTPOnly", "SameSite=Strict", "Max-Age=43200", "Path=/")) {
      assertTrue(set.contains("; " + each), set);
    }
    assertFalse(set.contains(Http.TOKEN), "an id, and not the token");
    assertFalse(set.contains("Secure"), "here is no TLS");

    String cookie = set.split(";", -1)[0];
    assertEquals(200, ask("GET /api/projects", "Cookie", cookie).status());
    Http restarted = Http.serve(vertx, Http.guarded());
    String ofOther = cookie.replace("-" + http.port() + "=", "-" + restarted.port() + "=");
    assertEquals(
        200, restarted.ask(HttpMethod.GET, "/api/projects", null, "Cookie", ofOther).status());
    String forged = cookie.replaceFirst("=[0-9]", "=9");
    assertEquals(401, ask("GET /api/projects", "Cookie", forged).status());
    time.advance(Duration.ofHours(12).toMillis() - 1);
    assertEquals(200, ask("GET /api/projects", "Cookie", cookie).status());
    time.advance(1);
    assertEquals(401, ask("GET /api/projects", "Cookie", cookie).status());
  }

  private Answer login(String body) {
    return http.ask(HttpMethod.POST, "/login", body, "Content-Type", "application/json");
  }

  @Test
  void behindTlsTheCookieGoesByTlsAlone() {
    Http proxied =
        Http.serve(
            vertx, new WebOptions().setToken(Http.TOKEN).setHosts(Set.of("Dreams.example.org")));
    Answer in =
        proxied.ask(
            HttpMethod.POST,
            "/login",
            JsonObject.of("token", Http.TOKEN).encode(),
            "Content-Type",
            "application/json",
            "Host",
            "dreams.example.org",
            "Origin",
            "https://dreams.example.org");
    assertTrue(in.headers().get("Set-Cookie").contains("; Secure"), in.headers().toString());
    assertEquals(403, proxied.ask(HttpMethod.GET, "/", null).status(), "another name");
  }

  @Test
  void byCookieAWriteMustSayWhereItComesFrom() {
    String cookie = http.cookie();
    assertEquals(403, ask("POST " + READ, "Cookie", cookie).status());
    assertEquals(200, ask("POST " + READ, "Cookie", cookie, "Origin", http.origin()).status());
    assertEquals(200, ask("POST " + READ, "Authorization", "Bearer " + Http.TOKEN).status());
  }

  @Test
  void otherMethodsAndPathsAreRefusedAsJson() {
    String bearer = "Bearer " + Http.TOKEN;
    for (String route : List.of("/", "/openapi.json", "/api/projects", "/api/dream/events")) {
      for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO")) {
        Answer no = ask(method + " " + route, "Authorization", bearer);
        assertEquals(405, no.status(), method + " " + route);
        assertTrue(no.headers().get("Allow").startsWith("GET"), method + " " + route);
      }
    }
    assertEquals("POST", ask("GET /login").headers().get("Allow"));
    for (String path :
        List.of(
            "/../etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/./../conf/.dreamkeeper.token",
            "/page/../../asyncapi.json",
            "/api",
            "/api/dream",
            "/api/dream/state",
            "/api/../api/dream/state/read/x",
            "/api/dream/..%2fstate/read",
            "/api/.dream/state/read",
            "/api/dream/events2/read")) {
      Answer no = ask("GET " + path, "Authorization", bearer);
      assertTrue(no.status() == 404 || no.status() == 405, path + ": " + no.status());
      assertTrue(no.headers().get("Content-Type").startsWith("application/json"), path);
    }
    assertEquals(400, ask("GET /api/%zz", "Authorization", bearer).status());
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      Answer no =
          http.ask(HttpMethod.POST, READ, "{}", "Authorization", bearer, "Content-Type", type);
      assertEquals(415, no.status(), type);
    }
  }

  @Test
  void whatChangesSomethingIsRefusedWhereItIsReadOnly() {
    http = Http.serve(vertx, Http.guarded().setReadOnly(true));
    assertTrue(
        ask("GET /api/projects", "Authorization", "Bearer " + Http.TOKEN)
            .json()
            .getBoolean("readOnly"));
    for (String looks :
        List.of(
            "state/read",
            "lock/status",
            "log/list",
            "admin/overview",
            "admin/inspect",
            "admin/events")) {
      assertEquals(200, http.post("/api/dream/" + looks, "{}").status(), looks);
    }
    assertEquals(200, http.post("/api/dream/state/gates", "{\"quiet\": true}").status());
    assertEquals(
        400, http.post("/api/dream/admin/undo", "{\"id\": \"drm-1\", \"dryRun\": true}").status());
    for (String changes :
        List.of(
            "state/incrementCurationCount",
            "state/gates",
            "state/update",
            "lock/tryAcquire",
            "log/nextId",
            "log/save",
            "admin/undo",
            "admin/cancel",
            "admin/evict",
            "admin/setAside",
            "admin/putBack",
            "admin/whatever")) {
      Answer no = http.post("/api/dream/" + changes, "{}");
      assertEquals(403, no.status(), changes);
    }
    assertEquals(0, served.ask("state", "read", null).getInteger("curationsSinceDream"));
  }

  @Test
  void pagesAreProtectedAndKeptByTheirTag() {
    Answer page = ask("GET /");
    assertEquals(200, page.status());
    assertTrue(page.headers().get("Content-Type").startsWith("text/html"));
    assertTrue(page.headers().get("Content-Security-Policy").startsWith("default-src 'none'"));
    assertEquals("nosniff", page.headers().get("X-Content-Type-Options"));
    assertEquals("no-referrer", page.headers().get("Referrer-Policy"));
    String tag = page.headers().get("ETag");
    assertEquals(304, ask("GET /", "If-None-Match", tag).status());
    assertEquals("gzip", ask("GET /", "Accept-Encoding", "gzip").headers().get("Content-Encoding"));
    Answer head = ask("HEAD /index.html");
    assertEquals(200, head.status());
    assertEquals(0, head.body().length());
    assertEquals(tag, head.headers().get("ETag"));
  }

  @Test
  void whoMountsItMayHaveALoginOfHisOwn() {
    Router own = Router.router(vertx);
    own.route("/dreams/*")
        .handler(
            request -> {
              if ("me".equals(request.request().getHeader("X-User"))) {
                request.next();
              } else {
                request.fail(401);
              }
            })
        .subRouter(
            DreamkeeperRouter.create(vertx, new WebOptions().setProjects(Set.of("dream", "far"))));
    Http embedded = Http.serve(vertx, own, 0);
    assertEquals(401, embedded.ask(HttpMethod.GET, "/dreams/api/projects", null).status());
    Answer mine = embedded.ask(HttpMethod.GET, "/dreams/api/projects", null, "X-User", "me");
    assertEquals(JsonArray.of("dream", "far"), mine.json().getJsonArray("projects"));
    assertEquals(200, embedded.ask(HttpMethod.GET, "/dreams/", null, "X-User", "me").status());
    String read = "/dreams/api/dream/state/read";
    assertEquals(200, embedded.ask(HttpMethod.POST, read, null, "X-User", "me").status());
    assertEquals(
        403,
        embedded
            .ask(HttpMethod.POST, read, null, "X-User", "me", "Origin", "http://evil.example")
            .status());
    assertEquals(
        404, embedded.ask(HttpMethod.POST, "/dreams/login", null, "X-User", "me").status());
  }

  @Test
  void overHttp2TheHostIsCheckedToo() throws IOException, InterruptedException {
    for (String name : List.of("localhost", "127.0.0.2")) {
      URI page = URI.create("http://" + name + ":" + http.port() + "/");
      HttpResponse<Void> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.discarding());
      assertEquals(HttpClient.Version.HTTP_2, answer.version());
      assertEquals(name.equals("localhost") ? 200 : 403, answer.statusCode(), name);
    }
  }

  @Test
  void aTokenThatCanBeGuessedIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WebOptions().setToken("short"));
  }
}
