package org.dreamkeeper.bench;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** Saves entries of 1 MB while Vert.x's own checker looks for blocked event loops. */
final class LargeEntry {
  private static final int SAVES = 20;

  private LargeEntry() {}

  /** Counts the checker's warnings; two saves to warm up are not counted. */
  static int blocked(Path dir) throws Exception {
    AtomicInteger warnings = new AtomicInteger();
    AppenderBase<ILoggingEvent> counter =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            warnings.incrementAndGet();
          }
        };
    counter.start();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setMaxEventLoopExecuteTime(20)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setBlockedThreadCheckInterval(5)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS));
    try {
      Project project = Project.serve(vertx, dir, new JsonObject());
      for (int i = 0; i < SAVES + 2; i++) {
        if (i == 2) {
          ((Logger) LoggerFactory.getLogger("io.vertx.core.impl.btc.BlockedThreadChecker"))
              .addAppender(counter);
        }
        Project.await(project.send("log", "save", entry(i)));
      }
      return warnings.get();
    } finally {
      vertx.close();
    }
  }

  private static JsonObject entry(int i) {
    JsonObject entry = Project.entry(1_800_000_000_000L + i, "completed");
    JsonArray operations = entry.getJsonArray("operations");
    JsonObject operation = operations.getJsonObject(2);
    while (operations.size() < 7_000) {
      operations.add(operation.copy());
    }
    return entry;
  }
}
