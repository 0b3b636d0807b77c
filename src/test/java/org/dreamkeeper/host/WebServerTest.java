package org.dreamkeeper.host;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the host listens for browsers, who may know its token, and what keeps it from starting. */
final class WebServerTest {
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private JsonObject config(String project, JsonObject web) {
    web.put("tokenFile", dir.resolve("token").toString());
    JsonObject served =
        JsonObject.of("address", project, "baseDir", dir.resolve(project).toString());
    return JsonObject.of("projects", JsonArray.of(served), "web", web);
  }

  private HostVerticle deploy(JsonObject config) {
    HostVerticle host = new HostVerticle();
    await(vertx.deployVerticle(host, new DeploymentOptions().setConfig(config)));
    return host;
  }

  private String refused(JsonObject config) {
    Throwable why = assertThrows(Served.Failed.class, () -> deploy(config)).getCause();
    assertInstanceOf(HostException.class, why);
    assertFalse(why.getMessage().contains("\n"), why.getMessage());
    assertTrue(vertx.deploymentIDs().isEmpty(), "something was left deployed");
    return why.getMessage();
  }

  private static HttpResponse<String> get(String url, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theLinkLogsInAndTheTokenIsOnesOwn() throws IOException, InterruptedException {
    String link = deploy(config("one", JsonObject.of("port", 0))).link();
    Path file = dir.resolve("token");
    String token = Files.readString(file).strip();
    assertEquals(43, token.length(), "256 bits");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertTrue(link.matches("http://127\\.0\\.0\\.1:[0-9]+/#token=" + token), link);
    try (Stream<Path> all = Files.list(dir)) {
      assertEquals(2, all.count(), "no temporary file is left");
    }
    String root = link.substring(0, link.indexOf('#'));
    assertEquals(200, get(root, "none").statusCode());
    assertEquals(401, get(root + "api/projects", "none").statusCode());
    assertEquals(
        "{\"projects\":[\"one\"],\"readOnly\":false}", get(root + "api/projects", token).body());
    // A second host has the same.
    String other = deploy(config("two", JsonObject.of("port", 0))).link();
    assertTrue(other.endsWith(token), other);
    assertNotEquals(link, other);
  }

  @Test
  void withoutTheKeyThereIsNoPage() {
    JsonObject config = config("one", new JsonObject());
    config.remove("web");
    assertNull(deploy(config).link());
  }

  @Test
  void aPortInUseIsOneLineThatNamesItAndTheKey() {
    String link = deploy(config("one", JsonObject.of("port", 0))).link();
    int port = URI.create(link).getPort();
    Vertx other = Vertx.vertx();
    try {
      Throwable why =
          assertThrows(
                  Served.Failed.class,
                  () ->
                      await(
                          other.deployVerticle(
                              new HostVerticle(),
                              new DeploymentOptions()
                                  .setConfig(config("two", JsonObject.of("port", port))))))
              .getCause();
      assertTrue(
          why.getMessage().startsWith("web.port " + port + " of 127.0.0.1: "), why.getMessage());
      assertTrue(why.getMessage().contains("set another \"port\" under \"web\""));
      assertTrue(other.deploymentIDs().isEmpty());
    } finally {
      await(other.close());
    }
  }

  @Test
  void whereOthersReachItAProxyMustStandBeforeIt() {
    for (JsonObject open :
        List.of(
            JsonObject.of("host", "0.0.0.0"),
            JsonObject.of("host", "0.0.0.0", "behindProxy", true),
            JsonObject.of("host", "::", "hosts", JsonArray.of("a.example")),
            JsonObject.of("host", "127.0.0.1.example.org", "behindProxy", true))) {
      String why = refused(config("one", open));
      assertTrue(why.startsWith("web.host is \"" + open.getString("host") + "\""), why);
      assertTrue(why.contains("\"behindProxy\": true"), why);
    }
    assertFalse(Files.exists(dir.resolve("one")));
    JsonObject proxied =
        JsonObject.of("port", 0, "host", "0.0.0.0", "behindProxy", true)
            .put("hosts", JsonArray.of("dreams.example.org"));
    assertTrue(deploy(config("one", proxied)).link().startsWith("http://0.0.0.0:"));
  }

  @Test
  void whatIsNoSettingIsNamed() {
    assertEquals(
        "web.readonly is no setting, did you mean readOnly?",
        refused(config("one", JsonObject.of("readonly", 1))));
    assertEquals(
        "web.hosts[0] is 3, expected a text",
        refused(config("one", JsonObject.of("hosts", JsonArray.of(3)))));
    assertTrue(
        refused(config("one", JsonObject.of("port", 70_000))).startsWith("web.port is 70000"));
  }

  @Test
  void aTokenThatOthersMayReadIsRefused() throws IOException {
    Path file = Files.writeString(dir.resolve("token"), "x".repeat(43));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    String why = refused(config("one", JsonObject.of("port", 0)));
    assertTrue(why.contains("others may read it (chmod 600 it)"), why);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "short");
    assertTrue(refused(config("one", JsonObject.of("port", 0))).contains("it is no token"));
    Files.delete(file);
    Files.createDirectory(file);
    assertTrue(
        refused(config("one", JsonObject.of("port", 0))).contains("the token cannot be kept"));
  }

  @Test
  void besidesTheConfigurationUnlessItIsSaid() throws IOException {
    Path conf =
        Files.writeString(
            dir.resolve("c.json"), "{\"projects\": [{\"baseDir\": \"b\"}], \"web\": {}}");
    assertEquals(
        dir.toRealPath().resolve(".dreamkeeper.token"),
        Configuration.read(conf.toString()).web().tokenFile());
    Files.writeString(
        conf, "{\"projects\": [{\"baseDir\": \"b\"}], \"web\": {\"tokenFile\": \"../t\"}}");
    assertEquals(
        dir.toRealPath().resolveSibling("t"),
        Configuration.read(conf.toString()).web().tokenFile());
  }
}
