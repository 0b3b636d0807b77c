package org.dreamkeeper.bus.impl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class RepeatedFailureLogTest {
  private final Logger log = (Logger) LoggerFactory.getLogger(RepeatedFailureLogTest.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final RepeatedFailureLog trouble = new RepeatedFailureLog(log, "old entries stay");

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
  }

  private List<String> told() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void whatRepeatsIsToldOnceAndCounted() {
    for (int i = 0; i < 1_000; i++) {
      trouble.failed("the disk is full");
    }
    assertEquals(List.of("old entries stay: the disk is full"), told());
    trouble.over();
    assertEquals(
        List.of(
            "old entries stay: the disk is full",
            "old entries stay: the disk is full, 999 times more until now"),
        told());
  }

  @Test
  void anotherReasonIsToldAndSoIsTheNextTime() {
    trouble.failed("the disk is full");
    trouble.failed("permission denied");
    trouble.over();
    trouble.over();
    trouble.failed("permission denied");
    assertEquals(
        List.of(
            "old entries stay: the disk is full",
            "old entries stay: permission denied",
            "old entries stay: permission denied"),
        told());
  }
}
