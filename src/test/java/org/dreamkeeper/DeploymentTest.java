package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The front door: one deployment an address and a directory, and a clean way in and out. */
final class DeploymentTest {
  private static final String FRONT_DOOR = "org.dreamkeeper.DreamkeeperVerticle";

  @TempDir Path dir;
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private String deploy(JsonObject config) {
    return await(vertx.deployVerticle(FRONT_DOOR, new DeploymentOptions().setConfig(config)));
  }

  private StartException refused(JsonObject config) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> deploy(config));
    assertFalse(failed.getCause().getMessage().contains("\n"));
    return (StartException) failed.getCause();
  }

  private JsonObject config(String address, String baseDir) {
    return new JsonObject().put("address", address).put("baseDir", baseDir);
  }

  private Object ask(String address, String action) {
    return await(
            vertx
                .eventBus()
                .request(address, null, new DeliveryOptions().addHeader("action", action)))
        .body();
  }

  @Test
  void itIsDeployedByNameAndAnswersOnAllThreeAddresses() {
    Path base = dir.resolve("made/when/missing");
    deploy(new JsonObject().put("baseDir", base.toString()));
    ask("dream.state", "read");
    ask("dream.lock", "status");
    ask("dream.log", "list");
    assertTrue(Files.isDirectory(base));
  }

  @Test
  void onceUndeployedNobodyAnswersAndItCanBeDeployedAgain() {
    String id = deploy(config("dream", dir.toString()));
    await(vertx.undeploy(id));
    for (String actor : List.of("state", "lock", "log", "admin")) {
      Served.Failed failed =
          assertThrows(Served.Failed.class, () -> ask("dream." + actor, "status"));
      assertEquals(ReplyFailure.NO_HANDLERS, ((ReplyException) failed.getCause()).failureType());
    }
    deploy(config("dream", dir.toString()));
    ask("dream.lock", "status");
  }

  @Test
  void manyProjectsAreServedSideBySide() {
    for (int i = 0; i < 20; i++) {
      deploy(config("p" + i, dir.resolve("p" + i).toString()));
    }
    for (int i = 0; i < 20; i++) {
      ask("p" + i + ".state", "read");
    }
  }

  @Test
  void theSameAddressTwiceIsRefused() {
    deploy(config("dream", dir.resolve("a").toString()));
    StartException refused = refused(config("dream", dir.resolve("b").toString()));
    assertEquals(StartException.Reason.ADDRESS_IN_USE, refused.reason());
    assertTrue(refused.getMessage().contains("dream"));
    deploy(config("other", dir.resolve("b").toString()));
  }

  @Test
  void theSameDirectoryTwiceIsRefusedUnderAnySpelling() throws IOException {
    Path base = Files.createDirectory(dir.resolve("base"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), base);
    deploy(config("dream", base.toString()));
    for (String spelling :
        List.of(base.toString(), base + "/", dir + "/base/../base/.", link.toString())) {
      StartException refused = refused(config("other", spelling));
      assertEquals(StartException.Reason.DIRECTORY_IN_USE, refused.reason());
      assertTrue(refused.getMessage().contains("PID " + ProcessHandle.current().pid()));
    }
    // And the refusals have not cost the first one its claim.
    try (Vertx2 other = new Vertx2()) {
      assertThrows(Served.Failed.class, () -> other.deploy(config("dream", base.toString())));
    }
    ask("dream.lock", "status");
  }

  /** A second Vert.x in the same process. */
  private static final class Vertx2 implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();

    void deploy(JsonObject config) {
      await(vertx.deployVerticle(FRONT_DOOR, new DeploymentOptions().setConfig(config)));
    }

    @Override
    public void close() {
      await(vertx.close());
    }
  }

  @Test
  void aRefusedDeploymentLeavesNothingBehind() {
    deploy(config("dream", dir.resolve("a").toString()));
    refused(config("dream", dir.resolve("b").toString()));
    refused(config("other", dir.resolve("a").toString()));
    deploy(config("other", dir.resolve("b").toString()));
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    StartException refused = refused(config("dream", file.toString()));
    assertEquals(StartException.Reason.STORAGE_FAILED, refused.reason());
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | baseDir is missing",
        "{\"basedir\": \"x\", \"clustered\": 1} | basedir is no setting, did you mean baseDir?",
        "{\"baseDir\": \"x\", \"lock\": {\"leaseMs\": 1}, \"adress\": \"y\"} | adress is no"
            + " setting, did you mean address?",
        "{\"baseDir\": \"~\"} | baseDir is \"~\", expected a path written out",
        "{\"baseDir\": \"a\\u0000b\"} | baseDir is \"a\\u0000b\", expected a path",
        "{\"baseDir\": 1} | baseDir is 1",
        "{\"baseDir\": \"\"} | baseDir is \"\"",
        "{\"baseDir\": \"x\", \"adress\": \"y\"} | adress is no setting",
        "{\"baseDir\": \"x\", \"address\": \"\"} | address is \"\"",
        "{\"baseDir\": \"x\", \"clustered\": \"yes\"} | clustered is \"yes\", expected true or"
            + " false",
        "{\"baseDir\": \"x\", \"durability\": \"none\"} | durability is \"none\", expected one of"
            + " [fsync, os]",
        "{\"baseDir\": \"x\", \"lock\": []} | lock is an array, expected an object",
        "{\"baseDir\": \"x\", \"lock\": {\"leaseMs\": 10}} | lock.leaseMs is 10, expected an"
            + " integer from 1000 to 86400000",
        "{\"baseDir\": \"x\", \"lock\": {\"leaseMs\": 5000.5}} | lock.leaseMs is 5000.5",
        "{\"baseDir\": \"x\", \"lock\": {\"lease\": 5000}} | lock.lease is no setting",
        "{\"baseDir\": \"x\", \"lock\": {\"foreignPids\": \"no\"}} | lock.foreignPids is \"no\"",
        "{\"baseDir\": \"x\", \"lock\": {\"settleMs\": -1}} | lock.settleMs is -1",
        "{\"baseDir\": \"x\", \"lock\": {\"settleMs\": 10000}} | lock.settleMs is 10000, expected"
            + " an integer from 0 to 500",
        "{\"baseDir\": \"x\", \"lock\": {\"staleTimeoutMs\": null}} | lock.staleTimeoutMs is null",
        "{\"baseDir\": \"x\", \"log\": {\"maxEntries\": 0}} | log.maxEntries is 0",
        "{\"baseDir\": \"x\", \"log\": {\"staleProcessingMs\": \"1\"}} | log.staleProcessingMs is"
            + " \"1\"",
        "{\"baseDir\": \"x\", \"maxPending\": 0} | maxPending is 0",
        "{\"baseDir\": \"x\", \"maxMessageBytes\": 1073741824} | maxMessageBytes is 1073741824,"
            + " expected an integer from 1024 to 67108864",
        "{\"baseDir\": \"x\", \"maxBytes\": 5000000, \"maxMessageBytes\": 1000001} |"
            + " maxMessageBytes is 1000001, expected at most 1000000, a fifth of maxBytes",
        "{\"baseDir\": \"x\", \"maxMessageBytes\": true} | maxMessageBytes is true",
      })
  void aWrongSettingIsNamed(String config, String complaint) {
    StartException refused = refused(new JsonObject(config));
    assertEquals(StartException.Reason.INVALID_CONFIG, refused.reason());
    assertTrue(refused.getMessage().contains(complaint), refused.getMessage());
  }

  @Test
  void aClaimFileThatWasTakenAwayStopsTheService() throws IOException {
    ManualTime time = new ManualTime(System.currentTimeMillis());
    try (Served served = Served.at(vertx, dir, time)) {
      Files.move(dir.resolve(".dreamkeeper.claim"), dir.resolve("elsewhere"));
      assertEquals(
          503, served.refused("lock", "tryAcquire", new JsonObject()).failureCode(), "no grant");
      assertEquals(503, served.refused("state", "read", null).failureCode(), "nor anything else");
    }
  }

  @Test
  void aClaimFileThatWasReplacedIsNoticedWithoutARequest() throws IOException {
    ManualTime time = new ManualTime(System.currentTimeMillis());
    try (Served served = Served.at(vertx, dir, time)) {
      Files.copy(dir.resolve(".dreamkeeper.claim"), dir.resolve("copy"));
      Files.delete(dir.resolve(".dreamkeeper.claim"));
      Files.move(dir.resolve("copy"), dir.resolve(".dreamkeeper.claim"));
      served.ask("state", "read", null);
      time.advance(10_000);
      until(() -> !answers(served));
      assertEquals(503, served.refused("state", "read", null).failureCode());
    }
  }

  private static boolean answers(Served served) {
    return await(
        served
            .send("state", "read", null)
            .transform(end -> Future.succeededFuture(end.succeeded())));
  }
}
