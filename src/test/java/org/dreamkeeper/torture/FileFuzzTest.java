package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.InMemory;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A project starts whatever stands in place of its state, its lock and its entries: what is valid
 * is served, what is not stays where it was or is set aside, to the byte.
 */
final class FileFuzzTest {
  private final Seed seed = new Seed();
  private final Random random = seed.random();
  private final Vertx vertx = BlockedLoops.watched();
  private final Map<String, Integer> met = new TreeMap<>();

  @TempDir(factory = InMemory.class)
  Path temporary;

  private Wreck wreck;

  private final Logger logger = (Logger) LoggerFactory.getLogger("org.dreamkeeper");

  /** It complains of each mutated file, as it should. */
  @BeforeEach
  void hush() {
    logger.setLevel(Level.ERROR);
  }

  @AfterEach
  void stop() {
    logger.setLevel(null);
    Served.await(vertx.close());
  }

  @Test
  void itStartsWhateverItFinds() throws Exception {
    int rounds = Rounds.of(300, 10_000);
    try (BlockedLoops blocked = new BlockedLoops()) {
      for (int round = 0; round < rounds; round++) {
        wreck = new Wreck(random, temporary);
        start();
        wreck.clear();
      }
      assertEquals(List.of(), blocked.warnings());
    } catch (Throwable failure) {
      System.out.println("[torture] file fuzz failed at " + wreck + ", repeat it with " + seed);
      throw failure;
    }
    Rounds.report(rounds + " starts on mutated files: " + met + ", " + seed);
    assertTrue(
        met.keySet().containsAll(List.of("state corrupt", "state unreadable", "entry skipped")));
  }

  private void start() throws Exception {
    String id =
        Served.await(
            vertx.deployVerticle(
                new DreamkeeperVerticle(),
                new DeploymentOptions()
                    .setConfig(Served.config(wreck.dir()).put("durability", "os"))));
    checkLog();
    checkState();
    checkLock();
    Served.await(vertx.undeploy(id));
  }

  private Message<JsonObject> ask(String actor, String action, JsonObject body) {
    DeliveryOptions options = new DeliveryOptions().addHeader("action", action);
    return Served.await(vertx.eventBus().request("dream." + actor, body, options));
  }

  private void met(String what) {
    met.merge(what, 1, Integer::sum);
  }

  private void checkState() throws IOException {
    Message<JsonObject> read = ask("state", "read", null);
    String degraded = read.headers().get("degraded");
    Wreck.Thing state = wreck.things().get(Wreck.STATE);
    met("state " + (degraded == null ? "served" : degraded));
    if (state.whole()) {
      assertEquals(state.json(), read.body());
    }
    if (degraded == null || degraded.equals("corrupt")) {
      JsonObject more = new JsonObject().put("more", 1);
      assertEquals(read.body().copy().mergeIn(more), ask("state", "update", more).body());
      if (degraded != null) {
        assertArrayEquals(state.content(), setAside(), "set aside");
      }
      return;
    }
    ReplyException refusal = refused("state", "incrementCurationCount");
    assertEquals(
        degraded.equals("newer") ? FailureCode.NEWER_FORMAT : FailureCode.STORAGE_FAILED,
        FailureCode.of(refusal.failureCode()));
    assertTrue(wreck.untouched(Wreck.STATE), "the state was touched");
  }

  private byte[] setAside() throws IOException {
    try (Stream<Path> files = Files.list(wreck.dir())) {
      List<Path> aside =
          files.filter(f -> f.getFileName().toString().startsWith(Wreck.STATE + ".c")).toList();
      assertEquals(1, aside.size());
      return Files.readAllBytes(aside.get(0));
    }
  }

  private ReplyException refused(String actor, String action) {
    try {
      throw new AssertionError("answered with " + ask(actor, action, null).body());
    } catch (Served.Failed failed) {
      return (ReplyException) failed.getCause();
    }
  }

  private void checkLog() throws IOException {
    JsonObject page = ask("log", "list", null).body();
    JsonArray entries = page.getJsonArray("entries");
    Map<String, JsonObject> served =
        entries.stream()
            .map(JsonObject.class::cast)
            .collect(Collectors.toMap(entry -> entry.getString("id"), entry -> entry));
    assertEquals(
        wreck.entries().size(), served.size() + page.getInteger("unreadable"), "all are counted");
    for (String id : wreck.entries()) {
      String name = Wreck.LOG + "/" + id + ".json";
      JsonObject found = ask("log", "getById", new JsonObject().put("id", id)).body();
      assertEquals(served.get(id), found, id);
      Wreck.Thing entry = wreck.things().get(name);
      boolean interrupted = found != null && found.getString("error", "").startsWith("Interrupted");
      if (entry.whole()) {
        assertNotNull(found, id);
        assertEquals(interrupted ? found : entry.json(), found);
      }
      met("entry " + (found == null ? "skipped" : interrupted ? "interrupted" : "served"));
      assertTrue(interrupted || wreck.untouched(name), () -> name + " was touched");
    }
  }

  private void checkLock() {
    try {
      ask("lock", "status", null);
      JsonObject answer = ask("lock", "tryAcquire", null).body();
      boolean acquired = answer.getBoolean("acquired");
      met(acquired ? "lock acquired" : "lock held by another");
      if (acquired) {
        DeliveryOptions options =
            new DeliveryOptions()
                .addHeader("action", "release")
                .addHeader("token", answer.getLong("token").toString());
        Served.await(vertx.eventBus().request("dream.lock", null, options));
      }
    } catch (Served.Failed failed) {
      ReplyException refusal = (ReplyException) failed.getCause();
      assertEquals(FailureCode.STORAGE_FAILED.code(), refusal.failureCode(), refusal.getMessage());
      assertTrue(!wreck.things().get(Wreck.LOCK).whole(), refusal.getMessage());
      met("lock refused");
    }
  }
}
