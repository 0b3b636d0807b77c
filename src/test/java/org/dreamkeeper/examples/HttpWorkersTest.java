package org.dreamkeeper.examples;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Locks;
import org.dreamkeeper.host.HostVerticle;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;
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

  /** Lets something happen, once, before a worker's next request of that action is sent. */
  private void before(String action, Function<Message<?>, Future<?>> happens) {
    AtomicBoolean still = new AtomicBoolean(true);
    vertx
        .eventBus()
        .addOutboundInterceptor(
            sent -> {
              String is = sent.message().headers().get("action");
              if (action.equals(is) && still.getAndSet(false)) {
                happens.apply(sent.message()).onComplete(done -> sent.next());
              } else {
                sent.next();
              }
            });
  }

  @ParameterizedTest
  @CsvSource({"python3, python/worker.py", "node, node/worker.mjs"})
  void saysWhatKeptItFromDreaming(String program, String worker)
      throws IOException, InterruptedException {
    assumeTrue(installed(program), program + " is not installed");
    Dreamkeeper keeper = Dreamkeeper.client(vertx);
    await(keeper.state().incrementCurationCount(3));
    AtomicReference<DreamLock> other = new AtomicReference<>();
    before(
        "tryAcquire",
        request ->
            keeper
                .lock()
                .acquire(Locks.as("other"))
                .onSuccess(got -> other.set(((Acquisition.Acquired) got).lock())));
    assertEquals("no dream: another one is under way", run(program, worker));
    String closed = run(program, worker);
    assertTrue(closed.startsWith("no dream: the lock is held by \"other\""), closed);
    await(other.get().rollback());
    before("renew", renewal -> keeper.admin().cancel(token(renewal), "the disk is needed"));
    String cancelled = run(program, worker);
    assertTrue(cancelled.matches("partial drm-[0-9]+: the disk is needed"), cancelled);
    before("renew", renewal -> Future.succeededFuture(renewal.headers().set("deadline", "1")));
    String failed = run(program, worker);
    assertTrue(failed.matches("error drm-[0-9]+: lock/renew: .*deadline.*"), failed);
    assertFalse(await(keeper.lock().status()).held(), "it gave the lock back");
    before("renew", renewal -> keeper.admin().evict(token(renewal), "it hangs"));
    String lost = run(program, worker);
    assertTrue(lost.matches("log/save: .*token.*"), lost);
    List<DreamStatus> statuses =
        await(keeper.log().list(LogQuery.all())).entries().stream()
            .map(DreamLogEntry::status)
            .toList();
    assertEquals(List.of(DreamStatus.ERROR, DreamStatus.ERROR, DreamStatus.PARTIAL), statuses);
    assertEquals(3, await(keeper.state().read()).curationsSinceDream());
    assertEquals(0, await(keeper.state().read()).totalDreams());
  }

  private static long token(Message<?> renewal) {
    return Long.parseLong(renewal.headers().get("token"));
  }
}
