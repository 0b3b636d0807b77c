package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.dreamkeeper.FilesAlone;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.RunResult.Completed;
import org.dreamkeeper.run.RunResult.Partial;
import org.junit.jupiter.api.Test;

/** What ends a dream at the same moment: one outcome, and log, state and lock agree with it. */
final class RunRaceTest extends RunTestBase {
  private static final int ROUNDS = 40;

  private int dreams;

  /** Lets two things happen at once, then looks whether one of them alone did. */
  private void race(RunOptions options, ThrowingRunnable first, ThrowingRunnable second)
      throws Exception {
    running.set(null);
    work = Promise.promise();
    Future<RunResult<String>> result =
        keeper.run(
            options,
            run ->
                run.record(operation("a.md"))
                    .compose(
                        recorded -> {
                          running.set(run);
                          return work.future();
                        }));
    until(() -> running.get() != null);
    CountDownLatch go = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              try {
                go.await();
                first.run();
              } catch (Exception failure) {
                throw new AssertionError(failure);
              }
            });
    other.start();
    go.countDown();
    second.run();
    other.join();
    // A leap of the clock looks like a disk that does not answer: what is refused is tried again.
    RunResult<String> outcome = pumped(result);
    DreamStatus status = log().get(0).status();
    assertEquals(running.get().id(), log().get(0).id());
    if (outcome instanceof Completed) {
      dreams++;
      assertEquals(DreamStatus.COMPLETED, status);
    } else if (outcome instanceof Partial) {
      assertEquals(DreamStatus.PARTIAL, status);
    } else {
      lost(outcome);
      until(() -> log().get(0).status() != DreamStatus.PROCESSING);
      if (log().get(0).status() == DreamStatus.COMPLETED) {
        // Refused because of the leap, it was saved all the same: then the lock records it.
        dreams++;
        until(() -> state().totalDreams() == dreams);
      } else {
        assertEquals(DreamStatus.ERROR, log().get(0).status());
      }
    }
    assertEquals(dreams, state().totalDreams());
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  private final AtomicReference<DreamRun> running = new AtomicReference<>();
  private Promise<String> work = Promise.promise();

  @Test
  void abortAgainstSuccess() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      race(forced(), () -> running.get().abort("enough"), () -> work.complete("done"));
      assertFalse(lock().held());
    }
  }

  @Test
  void timeoutAgainstSuccess() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      race(
          forced().setTimeout(Duration.ofSeconds(5)),
          () -> time.leap(5_000),
          () -> work.complete("done"));
      assertFalse(lock().held());
    }
  }

  @FilesAlone("a foreign process")
  @Test
  void lossAgainstSuccess() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      race(
          forced(),
          () -> {
            overwrite("1");
            time.leap(20_000);
          },
          () -> work.complete("done"));
      overwrite("");
      until(() -> !lock().held());
    }
  }

  private void overwrite(String text) throws IOException {
    Files.writeString(dir.resolve("dream.lock"), text);
  }

  @Test
  void theFirstOfTwoInOneTurnDecides() {
    for (boolean abortFirst : new boolean[] {true, false}) {
      RunResult<String> outcome =
          await(
              keeper.run(
                  forced(),
                  run -> {
                    Promise<String> mine = Promise.promise();
                    vertx.runOnContext(
                        turn -> {
                          if (abortFirst) {
                            run.abort("enough");
                            mine.complete("done");
                          } else {
                            mine.complete("done");
                            run.abort("enough");
                          }
                        });
                    return mine.future();
                  }));
      assertTrue(abortFirst ? outcome instanceof Partial : outcome instanceof Completed);
    }
  }
}
