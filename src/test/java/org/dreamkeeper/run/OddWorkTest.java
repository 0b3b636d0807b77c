package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.text.FailureText;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the caller's code throws or gives, a run ends, and an undo. */
final class OddWorkTest extends RunTestBase {

  private static final class Bad extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  @SuppressWarnings("OverrideThrowableToString") // that is what is odd about it
  private static final class BadError extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
      throw new StackOverflowError();
    }
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new Bad(),
        new BadError(),
        new RuntimeException((String) null),
        new StackOverflowError(),
        new OutOfMemoryError("not really"),
        new AssertionError("x".repeat(20_000_000)),
        new RuntimeException("\ud800 \u0000 \n \u202e"),
        new RuntimeException(""));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aRunEndsWhateverItsWorkFailsWith(Throwable failure) {
    RunResult.Failed<Void> failed =
        failed(await(keeper.run(forced(), run -> Future.<Void>failedFuture(failure))));
    assertSame(failure, failed.cause());
    DreamLogEntry entry = log().get(0);
    assertEquals(DreamStatus.ERROR, entry.status());
    assertTrue(entry.error().orElseThrow().length() <= FailureText.MAX_LENGTH);
    assertRolledBack();
    failed = failed(await(keeper.<Void>run(forced(), run -> thrown(failure))));
    assertSame(failure, failed.cause());
    assertRolledBack();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void anUndoEndsWhateverItsRevertFailsWith(Throwable failure) {
    String id =
        completed(await(keeper.run(forced(), run -> Future.succeededFuture()))).entry().id();
    Function<DreamLogEntry, Future<?>> revert = entry -> thrown(failure);
    Future<Throwable> cause =
        keeper.undo(id, revert).transform(end -> Future.succeededFuture(end.cause()));
    assertSame(failure, await(cause));
    assertEquals(DreamStatus.COMPLETED, log().get(0).status());
    assertTrue(!lock().held());
  }

  private static <T> Future<T> thrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  @Test
  void aRevertThatGivesNothingIsAFailureThatSaysSo() {
    String id =
        completed(await(keeper.run(forced(), run -> Future.succeededFuture()))).entry().id();
    Served.Failed failed =
        assertThrows(Served.Failed.class, () -> await(keeper.undo(id, entry -> null)));
    assertEquals("the revert gave no future", failed.getCause().getMessage());
  }

  @Test
  void aRunThatIsAbortedAtLengthIsPartial() {
    String reason = "x".repeat(20_000_000);
    partial(
        await(
            keeper.run(
                forced(),
                run -> {
                  run.abort(reason);
                  return Future.succeededFuture();
                })));
    assertEquals(FailureText.MAX_LENGTH, log().get(0).abortReason().orElseThrow().length());
    assertRolledBack();
  }

  @Test
  void aFutureThatFailsWithNothingIsAFailure() {
    RunResult.Failed<Void> failed =
        failed(await(keeper.run(forced(), run -> Future.<Void>failedFuture((Throwable) null))));
    assertTrue(failed.cause() != null);
    assertNull(lastDreamLogId());
    assertRolledBack();
  }
}
