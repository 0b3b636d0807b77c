package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.log.LogOptions;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.state.GateOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Options are data: JSON and back, copied, and what is wrong is refused where it is given. */
final class OptionsTest {

  private static DreamkeeperOptions project() {
    DreamkeeperOptions options =
        new DreamkeeperOptions()
            .setBaseDir("data")
            .setTexts("notes")
            .setAddress("notes")
            .setClustered(true)
            .setDurability(Durability.OS)
            .setMaxPending(7)
            .setMaxMessageBytes(2048)
            .setMaxBytes(2 << 20);
    options
        .getLock()
        .setLease(Duration.ofMinutes(1))
        .setStaleTimeout(Duration.ofHours(1))
        .setForeignPids(LockOptions.ForeignPids.AGE)
        .setSettle(Duration.ofMillis(50));
    options.getLog().setMaxEntries(7).setStaleProcessing(Duration.ofSeconds(9));
    options.getGates().setMinInterval(Duration.ofMinutes(90)).setMinCurations(5);
    return options;
  }

  @Test
  void aProjectsAreItsDeploymentConfig() {
    JsonObject json =
        new JsonObject(
            """
            {
              "address": "notes",
              "clustered": true,
              "durability": "os",
              "lock":
                {"leaseMs": 60000, "staleTimeoutMs": 3600000, "foreignPids": "age", "settleMs": 50},
              "log": {"maxEntries": 7, "staleProcessingMs": 9000},
              "gates": {"minHours": 1.5, "minCurations": 5},
              "maxPending": 7,
              "maxMessageBytes": 2048,
              "maxBytes": 2097152
            }
            """);
    json.put("baseDir", Path.of("data").toAbsolutePath().toString());
    json.put("texts", Path.of("notes").toAbsolutePath().toString());
    assertEquals(json, project().toJson());
    assertEquals(json, new DreamkeeperOptions(json).toJson());
    DreamkeeperOptions copy = new DreamkeeperOptions(project());
    assertEquals(json, copy.toJson());
    copy.getLock().setLease(Duration.ofMinutes(2));
    assertEquals(json, project().toJson());
  }

  @Test
  void theDefaultsAreThoseOfTheConfiguration() {
    JsonObject bare = new JsonObject().put("baseDir", "data");
    DreamkeeperOptions options = new DreamkeeperOptions().setBaseDir("data");
    assertEquals(new DreamkeeperOptions(bare).toJson(), options.toJson());
    assertEquals("dream", options.getAddress());
    assertEquals(Durability.FSYNC, options.getDurability());
    assertEquals(16 << 20, options.getMaxMessageBytes());
    assertEquals(Duration.ofMinutes(30), options.getLock().getLease());
    assertEquals(50, options.getLog().getMaxEntries());
    assertEquals(Duration.ofHours(12), options.getGates().getMinInterval());
    assertEquals(3, options.getGates().getMinCurations());
  }

  @Test
  void soAreThoseOfARunAndAnUndo() {
    RunOptions run =
        new RunOptions()
            .setOwner("me")
            .setLease(Duration.ofSeconds(3))
            .setWait(Duration.ofSeconds(2))
            .setTrigger(DreamTrigger.CLI)
            .setTaskId("task-7")
            .setForce(true)
            .setTimeout(Duration.ofMinutes(1))
            .setMinInterval(Duration.ofHours(2))
            .setMinCurations(4)
            .setPendingTasks(1);
    JsonObject json =
        new JsonObject(
            """
            {
              "owner": "me", "leaseMs": 3000, "waitMs": 2000, "trigger": "cli", "taskId": "task-7",
              "force": true, "timeoutMs": 60000, "minHours": 2, "minCurations": 4, "pendingTasks": 1
            }
            """);
    assertEquals(json, run.toJson());
    assertEquals(json, new RunOptions(json).toJson());
    assertEquals(json, new RunOptions(run).toJson());
    assertEquals(new RunOptions().toJson(), new RunOptions(new JsonObject()).toJson());
    UndoOptions undo = new UndoOptions().setTimeout(Duration.ofSeconds(4));
    assertEquals(new JsonObject().put("timeoutMs", 4_000), new UndoOptions(undo).toJson());
    assertEquals(undo.toJson(), new UndoOptions(undo.toJson()).toJson());
  }

  @Test
  void whatIsWrongIsRefusedWhereItIsGiven() {
    DreamkeeperOptions options = new DreamkeeperOptions();
    wrong("baseDir is \"~/x\", expected a path written out", () -> options.setBaseDir("~/x"));
    wrong("texts is \"~/x\", expected a path written out", () -> options.setTexts("~/x"));
    wrong("baseDir is null, expected a text", () -> options.setBaseDir(null));
    wrong("address is \" \", expected a text", () -> options.setAddress(" "));
    wrong("maxPending is 0, expected 1 to 10000000", () -> options.setMaxPending(0));
    wrong("maxMessageBytes is 1, expected 1024 to 67108864", () -> options.setMaxMessageBytes(1));
    wrong("maxBytes is 1, expected 1048576 to 1125899906842624", () -> options.setMaxBytes(1));
    wrong("baseDir is missing", () -> new DreamkeeperOptions(options.toJson()));
    wrong(
        "settle is PT0.501S, expected PT0S to PT0.5S",
        () -> options.getLock().setSettle(Duration.ofMillis(501)));
    wrong("staleTimeout is PT0S", () -> options.getLock().setStaleTimeout(Duration.ZERO));
    wrong("maxEntries is 0, expected 1 to 1000000", () -> options.getLog().setMaxEntries(0));
    wrong("minCurations is -1", () -> options.getGates().setMinCurations(-1));
    wrong("minInterval is PT-1S", () -> new RunOptions().setMinInterval(Duration.ofSeconds(-1)));
    wrong("log.maxEntries is 0", () -> new LogOptions(new JsonObject().put("maxEntries", 0)));
    wrong(
        "gates.minHour is no setting, did you mean minHours?",
        () -> new GateOptions(new JsonObject().put("minHour", 0)));
    wrong(
        "trigger is \"idle\", expected one of [agent-idle, manual, cli]",
        () -> new RunOptions(new JsonObject().put("trigger", "idle")));
  }

  private static void wrong(String expected, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call, expected).getMessage();
    assertEquals(expected, message.substring(0, Math.min(message.length(), expected.length())));
  }
}
