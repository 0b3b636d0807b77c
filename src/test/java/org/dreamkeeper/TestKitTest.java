package org.dreamkeeper;

import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.DreamEvent.Acquired;
import org.dreamkeeper.DreamEvent.LockLost;
import org.dreamkeeper.DreamEvent.Released;
import org.dreamkeeper.DreamEvent.RolledBack;
import org.dreamkeeper.DreamEvent.Saved;
import org.dreamkeeper.DreamEvent.Why;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.junit5.DreamkeeperExtension;
import org.dreamkeeper.junit5.ForeignHolder;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.junit5.TestProject;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.lock.Reclaimed;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the kit promises to who tests a worker; its guide's tests are the example's. */
@ExtendWith(DreamkeeperExtension.class)
final class TestKitTest {
  private static final long PID = 4_711;
  private static final RunOptions FORCED = new RunOptions().setForce(true);

  private static DreamLock take(Dreamkeeper keeper) {
    return Locks.take(keeper.lock(), new AcquireOptions().setOwner("a test"));
  }

  /** Dreams until it is told to end, on a verticle or on none. */
  private static final class Sleeper extends VerticleBase {
    private final Promise<Void> begun = Promise.promise();
    private final Promise<String> work = Promise.promise();
    private Future<RunResult<String>> result;

    @Override
    public Future<?> start() {
      result = Dreamkeeper.client(vertx).run(FORCED, this::dream);
      return begun.future();
    }

    private Future<String> dream(DreamRun run) {
      begun.complete();
      return work.future();
    }
  }

  @Test
  void allGoesByTheClockOfTheTest(TestProject project, Dreamkeeper keeper, ManualTime time) {
    assertSame(time, project.time());
    assertSame(keeper, project.client());
    take(Dreamkeeper.client(project.vertx()));
    Instant begun = time.instant();
    LockStatus held = keeper.lock().status().await();
    assertEquals(begun.plus(Duration.ofMinutes(30)), held.holder().orElseThrow().expiresAt());
    time.advance(Duration.ofMinutes(31));
    assertEquals(begun.plus(Duration.ofMinutes(31)), time.instant());
    assertTrue(keeper.lock().status().await().holder().orElseThrow().expired());
    take(keeper);
  }

  @Test
  void aTimeoutNeedsNoWaiting(TestProject project) {
    Sleeper sleeper = new Sleeper();
    project.vertx().deployVerticle(sleeper).await();
    project.time().advance(RunOptions.DEFAULT_TIMEOUT);
    assertInstanceOf(RunResult.Partial.class, sleeper.result.await());
  }

  @Test
  void eventsAreAwaitedInTheirOrder(TestProject project, Dreamkeeper keeper) {
    keeper.run(FORCED, run -> Future.succeededFuture()).await();
    keeper.run(FORCED, run -> Future.succeededFuture()).await();
    long first = project.events().await(Acquired.class).token();
    Saved saved = project.events().await(Saved.class, of -> of.status() == DreamStatus.COMPLETED);
    assertEquals(Optional.of(first), saved.token());
    assertTrue(project.events().await(Acquired.class).token() > first);
    project.events().await(Released.class);
    assertTrue(project.events().all().get(0) instanceof Acquired);
  }

  @Test
  void aRestartEndsADreamInGoodOrder(TestProject project, Dreamkeeper keeper) {
    DreamLock lock = take(keeper);
    project.restart();
    RolledBack end = project.events().await(RolledBack.class);
    assertEquals(Optional.of(Why.STOPPED), end.why());
    assertEquals(lock.token(), end.token());
    assertFalse(keeper.lock().status().await().held());
  }

  @Test
  void whatAKilledHostAcknowledgedIsThereAndNothingElse(
      TestProject project, Dreamkeeper keeper, ManualTime time) {
    keeper.state().incrementCurationCount(2).await();
    Sleeper sleeper = new Sleeper();
    project.vertx().deployVerticle(sleeper).await();
    project.kill();
    assertTrue(Files.exists(project.directory().resolve("dream.lock")));
    int heard = project.events().all().size();
    assertThrows(DreamkeeperException.class, () -> keeper.state().read().await());
    Future<?> asked = keeper.state().incrementCurationCount();
    project.restart();
    until(
        () -> {
          time.advance(Duration.ofSeconds(1));
          return asked.isComplete() && sleeper.result.isComplete();
        });
    asked.await();
    assertEquals(3, keeper.state().read().await().curationsSinceDream());
    assertFalse(
        project.events().all().subList(0, heard).stream().anyMatch(RolledBack.class::isInstance));
    assertInstanceOf(RunResult.Lost.class, sleeper.result.await());
    assertFalse(keeper.lock().status().await().held());
    assertEquals(0, keeper.log().list(LogQuery.all()).await().entries().size());
  }

  @Test
  void aForeignHolderKeepsTheLockUntilItDies(TestProject project, Dreamkeeper keeper) {
    ForeignHolder foreign = project.foreignHolder(PID);
    LockStatus held = keeper.lock().status().await();
    assertEquals(PID, held.holder().orElseThrow().pid());
    RunResult<Object> skipped = keeper.run(FORCED, run -> run.nothing()).await();
    assertInstanceOf(RunResult.Skipped.class, skipped);
    foreign.dies();
    Reclaimed from = take(keeper).reclaimed().orElseThrow();
    assertEquals(Reclaimed.Why.DEAD, from.why());
  }

  @Test
  void aForeignHolderThatReleasesHasDreamed(TestProject project, Dreamkeeper keeper) {
    ForeignHolder foreign = project.foreignHolder(PID);
    project.time().advance(Duration.ofMinutes(1));
    foreign.releases();
    LockStatus free = keeper.lock().status().await();
    assertFalse(free.held());
    assertEquals(Optional.of(project.time().instant()), free.lastCompletedAt());
  }

  @Test
  void aForeignHolderDoesNotAsk(TestProject project, Dreamkeeper keeper) {
    DreamLock lock = take(keeper);
    project.foreignHolder(PID);
    project.time().advance(Duration.ofSeconds(10));
    assertEquals(PID, project.events().await(LockLost.class).pid());
    assertThrows(DreamkeeperException.class, () -> lock.renew().await());
  }

  @Test
  void itsPidIsAnothers(TestProject project) {
    long own = ProcessHandle.current().pid();
    for (long wrong : List.of(own, 0L, -1L)) {
      String told =
          assertThrows(IllegalArgumentException.class, () -> project.foreignHolder(wrong))
              .getMessage();
      assertTrue(told.startsWith("pid is " + wrong + ", expected"), told);
    }
  }

  /** After a test, also one that leaves its host dead and its dream at work, nothing is left. */
  @Nested
  final class Afterwards {
    private static Path directory;

    @Test
    void aDreamThatHangs(TestProject project) {
      directory = project.directory();
      project.vertx().deployVerticle(new Sleeper()).await();
      project.kill();
    }

    @AfterAll
    static void nothingIsLeft() {
      assertFalse(Files.exists(directory), directory::toString);
    }
  }

  /** Either may ask first. */
  @Nested
  @ExtendWith(VertxExtension.class)
  final class WithVertxExtension {
    @Test
    void itsVertxIsUsed(Vertx vertx, TestProject project, VertxTestContext context) {
      assertSame(vertx, project.vertx());
      project.client().state().read().onComplete(context.succeedingThenComplete());
    }

    @Test
    void itsVertxIsOurs(TestProject project, Vertx vertx) {
      assertSame(vertx, project.vertx());
    }
  }
}
