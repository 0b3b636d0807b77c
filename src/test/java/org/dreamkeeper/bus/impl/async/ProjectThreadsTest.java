package org.dreamkeeper.bus.impl.async;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where one project's blocking work runs. */
final class ProjectThreadsTest {
  private final Vertx vertx = Vertx.vertx();
  private final String name = "test" + System.nanoTime();
  private final ProjectThreads threads = new ProjectThreads(vertx, name);
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void stop() {
    open.countDown();
    await(vertx.close());
  }

  private Object hang(CountDownLatch begun) throws InterruptedException {
    begun.countDown();
    open.await();
    return null;
  }

  /** Takes all threads, and gives back when they are taken. */
  private void hangAll(BlockingExecutor executor) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(ProjectThreads.MAX);
    for (int i = 0; i < ProjectThreads.MAX; i++) {
      executor.run(() -> hang(begun));
    }
    begun.await();
  }

  private List<Thread> alive() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dreamkeeper-" + name))
        .toList();
  }

  @Test
  void thereAreNoMoreThanTwoAndNoneWithoutWork() throws Exception {
    assertEquals(List.of(), alive());
    BlockingExecutor executor = threads.executor();
    hangAll(executor);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(threads.executor().run(() -> null));
    }
    assertEquals(ProjectThreads.MAX, alive().size());
    assertTrue(alive().stream().allMatch(Thread::isDaemon));
    open.countDown();
    await(Future.all(all));
    for (Thread thread : alive()) {
      thread.join(20_000);
      assertFalse(thread.isAlive());
    }
  }

  @Test
  void executorsTakeTurnsOnTheThreads() throws Exception {
    BlockingExecutor busy = threads.executor();
    hangAll(busy);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(busy.run(() -> order.add("busy")));
    }
    all.add(threads.executor().run(() -> order.add("other")));
    open.countDown();
    await(Future.all(all));
    assertTrue(order.indexOf("other") < 5, order::toString);
  }

  @Test
  void anErrorFailsItsFutureAndTheThreadGoesOn() {
    BlockingExecutor executor = threads.executor();
    Set<String> names = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 20; i++) {
      Future<Object> died =
          executor.run(
              () -> {
                names.add(Thread.currentThread().getName());
                throw new StackOverflowError("test");
              });
      Served.Failed failure = assertThrows(Served.Failed.class, () -> await(died));
      assertEquals(StackOverflowError.class, failure.getCause().getClass());
    }
    assertTrue(names.size() <= ProjectThreads.MAX, names::toString);
  }

  @Test
  void aFutureCompletesOnTheContextThatAsked() {
    Promise<Context> on = Promise.promise();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        asked ->
            threads
                .executor()
                .run(() -> null)
                .onComplete(end -> on.complete(Vertx.currentContext())));
    assertSame(context, await(on.future()));
  }

  @Test
  void theLastThingIsDoneWhenAllElseIs() throws Exception {
    BlockingExecutor executor = threads.executor();
    hangAll(executor);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Future<?> queued = executor.run(() -> order.add("queued"));
    Future<?> last = threads.finish(() -> order.add("last"));
    Future<Object> late = executor.run(() -> null);
    assertEquals(FailureCode.NOT_SERVING, DreamkeeperException.of(late.cause()).code());
    assertFalse(last.isComplete());
    open.countDown();
    await(Future.all(queued, last));
    assertEquals(List.of("queued", "last"), order);
  }

  @Test
  void theLastThingIsDoneWhereNothingElseIs() {
    assertEquals("last", await(threads.finish(() -> "last")));
  }
}
