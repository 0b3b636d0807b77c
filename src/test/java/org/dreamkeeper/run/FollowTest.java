package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A dream can be followed through the logs, and through the events, from its grant to its end. */
final class FollowTest extends RunTestBase {

  /** A line of the log, and its keys. */
  private record Line(String text, Map<String, String> keys) {
    boolean is(String start) {
      return text.startsWith(start);
    }
  }

  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.dreamkeeper");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          Map<String, String> keys =
              event.getKeyValuePairs() == null
                  ? Map.of()
                  : event.getKeyValuePairs().stream()
                      .collect(Collectors.toMap(pair -> pair.key, pair -> pair.value.toString()));
          lines.add(new Line(event.getFormattedMessage(), keys));
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
  void deafen() {
    logger.detachAppender(appender);
    logger.setLevel(null);
    logger.setAdditive(true);
  }

  private List<Line> lines(String start) {
    return lines.stream().filter(line -> line.is(start)).toList();
  }

  private void assertAbout(String start, int times, Map<String, String> keys) {
    assertEquals(times, lines(start).size(), () -> start + " in " + lines);
    for (Line line : lines(start)) {
      keys.forEach((key, value) -> assertEquals(value, line.keys().get(key), line::toString));
    }
  }

  @Test
  void eachLineOfADreamNamesIt() {
    long[] token = new long[1];
    RunResult.Completed<Void> done =
        completed(
            await(
                keeper.run(
                    forced(),
                    run -> {
                      token[0] = run.token();
                      return run.record(operation("a.md"));
                    })));
    Map<String, String> held = Map.of("token", Long.toString(token[0]));
    Map<String, String> dream =
        Map.of("runId", done.entry().id(), "token", Long.toString(token[0]));
    assertAbout("dream.lock tryAcquire: answered", 1, held);
    assertAbout("dream.log nextId: answered", 1, Map.of("runId", done.entry().id()));
    assertAbout("dream.log save: answered", 2, dream);
    assertAbout("dream.log append: answered", 1, dream);
    assertAbout("dream.state recordDream: answered", 1, dream);
    assertAbout("dream.lock release: answered", 1, held);
    assertAbout("the dream begins", 1, dream);
    assertAbout("the dream ends: it completed", 1, dream);
    for (String type : List.of("lock.acquired", "lock.released")) {
      assertAbout("event {\"type\":\"" + type, 1, held);
    }
    assertAbout("event {\"type\":\"log.saved", 2, dream);
    for (JsonObject saved : served.events("log.saved")) {
      assertEquals(done.entry().id(), saved.getString("id"));
      assertEquals(token[0], saved.getLong("token"));
    }
    JsonObject recorded = served.events("state.changed").get(1);
    assertEquals(done.entry().id(), recorded.getString("logId"));
    assertEquals(token[0], recorded.getLong("token"));
  }

  @Test
  void whatGoesWrongInADreamNamesIt() {
    long[] token = new long[1];
    RunResult.Completed<Void> done =
        completed(
            await(
                keeper.run(
                    forced(),
                    run -> {
                      token[0] = run.token();
                      kept.putState("{\"version\": 2}");
                      return Future.succeededFuture();
                    })));
    String id = done.entry().id();
    assertAbout(
        id + " completed, but the state refuses it: NEWER_FORMAT",
        1,
        Map.of("runId", id, "token", Long.toString(token[0])));
  }

  @Test
  void aRequestOfItsOwnNamesItself() {
    served.ask("state", "incrementCurationCount", null, "requestId", "count\n17");
    assertAbout(
        "dream.state incrementCurationCount: answered", 1, Map.of("requestId", "count\\n17"));
    served.refused("lock", "renew", null, "token", "7");
    assertAbout("dream.lock renew: NOT_HOLDER", 1, Map.of("token", "7"));
  }
}
