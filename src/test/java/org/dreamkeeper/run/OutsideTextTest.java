package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dreamkeeper.Calls;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.FilesAlone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Text from outside, whatever is in it, stays on its line, in the log and in messages. */
final class OutsideTextTest extends RunTestBase {
  private static final String EVIL = "x\u001b[31m\nFAKE\r\u0085\u009b2J\u2028\u202e\u200b\ud800";

  /** As a file has it: escaped for JSON, raw for who parses it. */
  private static final String EVIL_JSON = "x\\u001b[31m\\nFAKE\\r\\u0085\\u009b2J\\u2028\\u202e";

  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.dreamkeeper");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          shown.add(event.getFormattedMessage());
          if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> shown.add(String.valueOf(pair.value)));
          }
          IThrowableProxy failure = event.getThrowableProxy();
          for (; failure != null; failure = failure.getCause()) {
            shown.add(String.valueOf(failure.getMessage()));
          }
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.DEBUG);
    logger.setAdditive(false);
  }

  @AfterEach
  void staysOnItsLine() {
    logger.detachAppender(appender);
    logger.setLevel(null);
    logger.setAdditive(true);
    assertTrue(shown.stream().anyMatch(line -> line.contains("FAKE")), "nothing was shown of it");
    for (String line : shown) {
      assertFalse(
          line.codePoints()
              .anyMatch(
                  c ->
                      Character.isISOControl(c)
                          || Character.getType(c) == Character.FORMAT
                          || Character.getType(c) == Character.SURROGATE
                          || c == 0x2028),
          () -> line.replaceAll("[^ -~]", "?"));
    }
  }

  private void refused(String actor, String action, JsonObject body, String... headers) {
    shown.add(served.refused(actor, action, body, headers).getMessage());
  }

  @Test
  void inRequests() {
    for (String actor : Calls.ACTORS) {
      refused(actor, EVIL, null);
    }
    served.ask("state", "incrementCurationCount", null, "requestId", EVIL);
    refused("state", "drainStaleSummaryPaths", null, "requestId", EVIL);
    refused("state", "incrementCurationCount", null, "token", EVIL);
    refused("state", "incrementCurationCount", new JsonObject().put("k" + EVIL.substring(0, 9), 1));
    refused("state", "update", new JsonObject(), "revision", EVIL);
    refused("log", "save", Calls.bareEntry(EVIL, 1, "completed"));
    refused("log", "save", Calls.bareEntry("drm-1", 1, EVIL));
  }

  @Test
  void ofOwnersAndWork() {
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject().put("owner", EVIL));
    RunResult<Void> skipped = await(keeper.run(forced(), run -> Future.succeededFuture()));
    shown.add(((RunResult.Skipped<Void>) skipped).gate().reason());
    served.ask("lock", "rollback", null, "token", grant.getLong("token").toString());
    await(
        keeper.run(
            forced().setOwner(EVIL).setTaskId(EVIL),
            run -> Future.failedFuture(new IllegalStateException(EVIL))));
    await(
        keeper.run(
            forced(),
            run -> {
              run.abort(EVIL);
              return Promise.<Void>promise().future();
            }));
    shown.add(
        await(keeper.markUndone(EVIL).transform(end -> Future.succeededFuture(end.cause())))
            .getMessage());
  }

  @Test
  void ofWhatStandsInTheStore() {
    kept.putEntry(
        "drm-5",
        Calls.bareEntry("drm-5", 1, "completed")
            .encode()
            .replace("\"manual\"", "\"" + EVIL_JSON + "\""));
    served.ask("log", "getById", new JsonObject().put("id", "drm-5"));
    kept.putState(
        "{\"version\":1,\"curationsSinceDream\":\"" + EVIL_JSON + "\",\"" + EVIL_JSON + "\":1}");
    served.ask("state", "incrementCurationCount", null);
    until(() -> served.events("state.quarantined").size() == 1);
  }

  @FilesAlone("a directory")
  @Test
  void ofTheConfiguration() {
    for (JsonObject config :
        List.of(
            new JsonObject()
                .put("baseDir", dir + "/dream-state.json/" + EVIL.replace("\ud800", "")),
            new JsonObject().put("baseDir", dir.toString()).put(EVIL, 1),
            new JsonObject().put("baseDir", dir.toString()).put("durability", EVIL))) {
      Throwable failure =
          await(
              vertx
                  .deployVerticle(
                      new DreamkeeperVerticle(),
                      new DeploymentOptions().setConfig(config.put("address", "other")))
                  .transform(end -> Future.succeededFuture(end.cause())));
      shown.add(failure.getMessage());
    }
  }
}
