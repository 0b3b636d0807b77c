package org.dreamkeeper.bus.impl.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A loop of futures, however long, takes no stack. */
final class AsyncLoopTest {
  private static final List<Integer> MANY = IntStream.range(0, 100_000).boxed().toList();

  private final List<Integer> done = new ArrayList<>();

  @Test
  void stepsThatEndAtOnceAreNotNested() {
    Future<Void> loop =
        AsyncLoop.forEach(
            MANY,
            each -> {
              done.add(each);
              return Future.succeededFuture();
            });
    assertTrue(loop.succeeded());
    assertEquals(MANY, done);
  }

  @Test
  void aStepBeginsWhenTheOneBeforeHasEnded() {
    List<Promise<Void>> steps = new ArrayList<>();
    Future<Void> loop =
        AsyncLoop.forEach(
            List.of(1, 2),
            each -> {
              done.add(each);
              steps.add(Promise.promise());
              return steps.get(steps.size() - 1).future();
            });
    assertEquals(List.of(1), done);
    steps.get(0).complete();
    assertEquals(List.of(1, 2), done);
    assertFalse(loop.isComplete());
    steps.get(1).complete();
    assertTrue(loop.succeeded());
  }

  @Test
  void theFirstThatFailsIsTheLast() {
    Promise<Void> first = Promise.promise();
    Future<Void> loop =
        AsyncLoop.forEach(
            MANY,
            each -> {
              done.add(each);
              return first.future();
            });
    first.fail("first");
    assertEquals("first", loop.cause().getMessage());
    assertEquals(List.of(0), done);
  }

  @Test
  void whateverAStepThrowsIsItsFailure() {
    Future<Void> loop =
        AsyncLoop.whileTrue(
            () -> {
              throw new NoClassDefFoundError("test");
            });
    assertEquals(NoClassDefFoundError.class, loop.cause().getClass());
  }
}
