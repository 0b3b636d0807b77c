package org.dreamkeeper.examples;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.host.HostVerticle;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The workers of other languages dream a whole dream, over HTTP, at a host. */
final class HttpWorkersTest {
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private int port;

  @BeforeEach
  void serve() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    JsonObject config =
        JsonObject.of(
            "projects",
            List.of(JsonObject.of("baseDir", dir.resolve("base").toString())),
            "web",
            JsonObject.of("port", port, "tokenFile", dir.resolve("token").toString()));
    await(vertx.deployVerticle(new HostVerticle(), new DeploymentOptions().setConfig(config)));
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private String run(String program, String worker) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                program,
                Path.of("src/examples", worker).toString(),
                "http://127.0.0.1:" + port,
                dir.resolve("token").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return said.strip();
  }

  private static boolean installed(String program) {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException | InterruptedException none) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"python3, python/worker.py", "node, node/worker.mjs"})
  void dreams(String program, String worker) throws IOException, InterruptedException {
    assumeTrue(installed(program), program + " is not installed");
    String name = worker.substring(worker.indexOf('/') + 1);
    Dreamkeeper keeper = Dreamkeeper.client(vertx);
    assertTrue(run(program, worker).startsWith("no dream: "), "no curation yet");
    for (int i = 0; i < 3; i++) {
      await(keeper.state().incrementCurationCount());
    }
    String said = run(program, worker);
    assertTrue(said.startsWith("dreamt drm-"), said);
    List<DreamLogEntry> entries = await(keeper.log().list(LogQuery.all())).entries();
    assertEquals(1, entries.size(), name);
    assertEquals(DreamStatus.COMPLETED, entries.get(0).status());
    assertEquals(1, entries.get(0).operations().size());
    assertEquals("dreamt " + entries.get(0).id(), said);
    assertEquals(0, await(keeper.state().read()).curationsSinceDream());
    assertEquals(1, await(keeper.state().read()).totalDreams());
    assertTrue(!await(keeper.lock().status()).held());
  }
}
