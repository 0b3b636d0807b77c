package org.dreamkeeper.torture;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Listens to Vert.x's own checker, which tells of each event loop that is blocked for a second. */
final class BlockedLoops implements AutoCloseable {
  private static final String CHECKER = "io.vertx.core.impl.btc.BlockedThreadChecker";
  private final Logger checker = (Logger) LoggerFactory.getLogger(CHECKER);
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> listener =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          warnings.add(event.getFormattedMessage());
        }
      };

  BlockedLoops() {
    listener.start();
    checker.addAppender(listener);
  }

  static Vertx watched() {
    return Vertx.vertx(
        new VertxOptions()
            .setMaxEventLoopExecuteTime(1)
            .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
            .setBlockedThreadCheckInterval(50)
            .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS));
  }

  List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() {
    checker.detachAppender(listener);
    listener.stop();
  }
}
