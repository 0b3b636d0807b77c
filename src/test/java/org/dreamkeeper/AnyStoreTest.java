package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.lock.impl.LockVerticle;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogOptions;
import org.dreamkeeper.log.impl.LogVerticle;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.state.GateOptions;
import org.dreamkeeper.state.impl.StateVerticle;
import org.dreamkeeper.store.MemoryKeeping;
import org.dreamkeeper.store.ProjectStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The three actors know nothing of where a project is kept: here it is in memory. */
final class AnyStoreTest {
  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(1_795_392_000_000L);
  private final MemoryKeeping kept = new MemoryKeeping(vertx);
  private final Dreamkeeper keeper = Keepers.client(vertx, "dream", 30_000, time);
  private final Deque<String> deployed = new ArrayDeque<>();
  private ProjectStore store;

  @BeforeEach
  void serve() {
    String instance = UUID.randomUUID().toString();
    store = await(kept.open(instance));
    Project project =
        new Project(
            "dream",
            "dream",
            false,
            instance,
            UUID.randomUUID().toString(),
            store.epoch(),
            1_000,
            new Budget(64 << 20, 1 << 20),
            new ProjectThreads(vertx, "dream"),
            time,
            new Events(vertx.eventBus(), "dream", instance, false, time),
            store::lost);
    StateVerticle state = new StateVerticle(project, store, new GateOptions());
    deploy(state);
    deploy(new LogVerticle(project, store, new LogOptions()));
    await(state.recordMissed());
    deploy(new LockVerticle(project, store, new LockOptions()));
  }

  private void deploy(Deployable actor) {
    deployed.push(await(vertx.deployVerticle(actor)));
  }

  private void stop() {
    while (!deployed.isEmpty()) {
      await(vertx.undeploy(deployed.pop()));
    }
    await(store.close());
  }

  @AfterEach
  void close() {
    stop();
    await(vertx.close());
  }

  private static RunOptions options() {
    return new RunOptions().setOwner("a test");
  }

  @Test
  void aDreamIsRunAndStaysDoneAfterARestart() {
    await(keeper.state().incrementCurationCount(5));
    RunResult<String> result = await(keeper.run(options(), run -> Future.succeededFuture("well")));
    String id = assertInstanceOf(RunResult.Completed.class, result).entry().id();
    stop();
    serve();
    assertEquals(1, await(keeper.state().read()).totalDreams());
    assertEquals(id, await(keeper.state().read()).lastDreamLogId().orElseThrow());
    assertEquals(DreamStatus.COMPLETED, await(keeper.log().getById(id)).orElseThrow().status());
    assertFalse(await(keeper.lock().status()).held());
    assertTrue(await(keeper.lock().status()).lastCompletedAt().isPresent());
    assertTrue(await(keeper.look(options())).isPresent(), "the next one is too early");
    assertTrue(await(keeper.log().nextId()).compareTo(id) > 0);
  }

  @Test
  void whatADeadHostLeftBehindIsEnded() {
    DreamLock lock = Locks.take(keeper, "a dream");
    String id = await(keeper.log().nextId());
    await(
        vertx
            .eventBus()
            .request(
                "dream.log",
                Calls.bareEntry(id, time.millis(), "processing"),
                Requests.options("save", "token", Long.toString(lock.token()))));
    kept.takeClaim();
    await(store.look());
    stop();
    serve();
    assertFalse(await(keeper.lock().status()).held());
    assertEquals(DreamStatus.ERROR, await(keeper.log().getById(id)).orElseThrow().status());
    assertTrue(Locks.take(keeper, "the next").token() > lock.token());
  }
}
