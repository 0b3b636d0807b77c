package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Trouble and recovery are told by the project itself: by an event and a line, also embedded. */
final class TroubleToldTest {
  private static final String FULL = "No space left on device";

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(1_000_000);
  private final FaultyDisk disk = new FaultyDisk();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.dreamkeeper");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel() == Level.WARN) {
            warnings.add(event.getFormattedMessage());
          }
        }
      };
  private Served served;

  @BeforeEach
  void serve() {
    appender.start();
    logger.addAppender(appender);
    // Who listens before he deploys hears of the start, too: that is what Served does.
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
  }

  @AfterEach
  void close() {
    logger.detachAppender(appender);
    served.close();
    await(vertx.close());
  }

  private void refused(String actor, String action, JsonObject body, String... headers) {
    assertEquals(507, served.refused(actor, action, body, headers).failureCode());
  }

  /**
   * What was told of the storage, when it is so much, and that the log says so once each: events
   * that no commit carries are told when they are kept, which is after the answer.
   */
  private List<String> told(int count) {
    until(() -> storage().size() >= count);
    long lines = warnings.stream().filter(line -> line.startsWith("dream: the storage")).count();
    assertEquals(count, lines, warnings::toString);
    return storage();
  }

  private List<String> storage() {
    return served.events().stream()
        .filter(event -> event.getString("type").startsWith("storage."))
        .map(event -> event.getString("type") + " " + event.getString("actor"))
        .toList();
  }

  @Test
  void aFullDiskAndItsEndAreToldOnceForEachRow() {
    for (int row = 1; row <= 2; row++) {
      disk.fail(Op.CREATE, FULL);
      for (int i = 0; i < 3; i++) {
        refused("state", "incrementCurationCount", null);
        // Neither shows that anything can be written.
        served.ask("state", "read", null);
        served.ask("state", "drainStaleSummaryPaths", null);
      }
      told(2 * row - 1);
      disk.heal();
      served.ask("state", "read", null);
      told(2 * row - 1);
      served.ask("state", "incrementCurationCount", null);
      told(2 * row);
    }
    assertEquals(
        List.of(
            "storage.failed state",
            "storage.recovered state",
            "storage.failed state",
            "storage.recovered state"),
        told(4));
    assertTrue(served.events("storage.failed").get(0).getString("reason").contains(FULL));
    assertTrue(warnings.stream().anyMatch(line -> line.contains(FULL)), warnings::toString);
  }

  @Test
  void eachActorHasItsOwn() {
    JsonObject entry = Calls.of("log.save").body();
    disk.fail(Op.CREATE, FULL).fail(Op.SET_MODIFIED, FULL);
    refused("lock", "tryAcquire", null);
    refused("log", "save", entry);
    assertEquals(List.of("storage.failed lock", "storage.failed log"), told(2));
    disk.heal();
    served.ask("log", "save", entry);
    String token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
    assertEquals(List.of("storage.recovered log", "storage.recovered lock"), told(4).subList(2, 4));
    disk.fail(Op.CREATE, FULL).fail(Op.LINK, FULL);
    refused("lock", "renew", null, "token", token);
    disk.heal();
    served.ask("lock", "renew", null, "token", token);
    assertEquals(List.of("storage.failed lock", "storage.recovered lock"), told(6).subList(4, 6));
  }

  @Test
  void readsThatFailAndSucceedAgainAreTold() throws IOException {
    served.ask("log", "save", Calls.of("log.save").body());
    disk.fail(Op.STAT, "Input/output error");
    refused("log", "list", new JsonObject());
    refused("log", "list", new JsonObject());
    disk.heal();
    served.ask("log", "list", new JsonObject());
    served.ask("log", "list", new JsonObject());
    assertEquals(List.of("storage.failed log", "storage.recovered log"), told(2));
  }

  @Test
  void theRecoveryAfterACrashIsHeardByWhoListensBeforeHeDeploys() throws IOException {
    String token =
        served
            .ask("lock", "tryAcquire", new JsonObject().put("owner", "me\n"))
            .getLong("token")
            .toString();
    JsonObject entry = Calls.bareEntry("drm-7", 7, "processing");
    served.ask("log", "save", entry, "token", token);
    String lock = Files.readString(dir.resolve("dream.lock"));
    String processing = Files.readString(dir.resolve("dream-log/drm-7.json"));
    served.close();
    Files.writeString(dir.resolve("dream.lock"), lock);
    Files.writeString(dir.resolve("dream-log/drm-7.json"), processing);
    Files.writeString(dir.resolve("dream-state.json"), "torn");
    warnings.clear();
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
    until(() -> !served.events("lock.takenOver").isEmpty());
    assertEquals("dead", served.events("lock.takenOver").get(0).getString("why"));
    assertEquals("drm-7", served.events("log.interrupted").get(0).getString("id"));
    served.ask("state", "incrementCurationCount", null);
    until(() -> served.events("state.quarantined").size() == 1);
    for (String line :
        List.of(
            "dream: the lock was left by PID .* \\(\"me\\\\n\"\\), which is dead: .*",
            "dream: drm-7 was left \"processing\" .*",
            "dream.state dream-state.json was set aside as .*")) {
      long lines = warnings.stream().filter(warning -> warning.matches(line)).count();
      assertEquals(1, lines, () -> line + " in " + warnings);
    }
  }
}
