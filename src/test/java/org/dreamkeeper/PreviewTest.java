package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.log.LogQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A preview answers as a host would, and the directory stays what it was. */
final class PreviewTest {
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final Dreamkeeper keeper = Dreamkeeper.client(vertx);

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private String preview(Path directory) {
    return await(
        vertx.deployVerticle(
            DreamkeeperVerticle.preview(),
            new DeploymentOptions().setConfig(Served.config(directory))));
  }

  private Map<String, String> files(Path directory) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        String content = Files.isRegularFile(file) ? Files.readString(file) : "";
        all.put(dir.relativize(file) + " " + Files.getLastModifiedTime(file), content);
      }
    }
    return all;
  }

  private Path copy(Path from) throws IOException {
    Path to = dir.resolve("copy");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  @Test
  void whatAHostWouldFindAndDoIsSeenAndNothingIsDone() throws IOException {
    Path sample = copy(Path.of("conf/sample"));
    Files.writeString(sample.resolve("dream-state.json.x.tmp"), "left");
    Map<String, String> before = files(sample);
    preview(sample);
    assertEquals(1, await(keeper.state().read()).totalDreams());
    DreamLogEntry newest = await(keeper.log().list(LogQuery.all())).entries().get(0);
    assertEquals(DreamStatus.ERROR, newest.status(), "its dream is not run by anybody");
    assertFalse(await(keeper.lock().status()).held(), "its holder is dead");
    assertEquals(6, await(keeper.state().incrementCurationCount()).curationsSinceDream());
    await(Locks.take(keeper, "test").release());
    assertEquals(6, await(keeper.state().read()).curationsSinceDream());
    await(vertx.close());
    assertEquals(before, files(sample));
  }

  @Test
  void anEmptyDirectoryStaysEmpty() throws IOException {
    Files.createDirectory(dir.resolve("empty"));
    Map<String, String> before = files(dir);
    preview(dir.resolve("empty"));
    String id = await(keeper.log().nextId());
    await(keeper.log().save(DreamLogEntry.processing(id, Instant.now(), DreamTrigger.MANUAL)));
    assertEquals(id, await(keeper.log().list(LogQuery.all())).entries().get(0).id());
    await(vertx.close());
    assertEquals(before, files(dir));
  }

  @Test
  void oneThatIsServedOrIsNotThereIsRefused() throws IOException {
    try (Served served = Served.at(vertx, dir.resolve("served"))) {
      Vertx other = Vertx.vertx();
      JsonObject config = Served.config(dir.resolve("served")).put("address", "other");
      Throwable why =
          assertThrows(
                  Served.Failed.class,
                  () ->
                      await(
                          other.deployVerticle(
                              DreamkeeperVerticle.preview(),
                              new DeploymentOptions().setConfig(config))))
              .getCause();
      assertEquals(StartException.Reason.DIRECTORY_IN_USE, ((StartException) why).reason());
      await(other.close());
      served.ask("state", "incrementCurationCount", null);
      assertTrue(Serving.of(dir.resolve("served")).isPresent());
    }
    assertTrue(Serving.of(dir.resolve("served")).isEmpty());
    assertThrows(Served.Failed.class, () -> preview(dir.resolve("none")));
    assertFalse(Files.exists(dir.resolve("none")));
  }
}
