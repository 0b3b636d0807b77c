package org.dreamkeeper.faults;

import static org.dreamkeeper.Served.await;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.dreamkeeper.InMemory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Each file operation of each action that writes goes wrong in each way, one after the other:
 * enumerated, not sampled.
 */
final class EveryIndexTest {
  /** Most of a case is waiting for other threads. */
  private static final int AT_ONCE = 4;

  /** One for each thread: a host's disk stands for that of all hosts on its Vert.x. */
  private static final List<Vertx> ALL = new CopyOnWriteArrayList<>();

  private static final ThreadLocal<Vertx> OWN =
      ThreadLocal.withInitial(
          () -> {
            Vertx vertx = Vertx.vertx();
            ALL.add(vertx);
            return vertx;
          });

  private static ExecutorService threads;
  private static int total;

  @TempDir(factory = InMemory.class)
  Path dir;

  @BeforeAll
  static void start() {
    threads = Executors.newFixedThreadPool(AT_ONCE);
    quiet(true);
  }

  @AfterAll
  static void stop() {
    quiet(false);
    threads.shutdown();
    ALL.forEach(vertx -> await(vertx.close()));
    System.out.println("[faults] " + total + " cases in total");
  }

  /** What the service says of thousands of faults would hide what the tests say. */
  private static void quiet(boolean quiet) {
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger("org.dreamkeeper"))
        .setLevel(quiet ? ch.qos.logback.classic.Level.OFF : null);
  }

  static List<Scenario> scenarios() {
    return Stream.of(
            StateScenarios.all(), LogScenarios.all(), LockScenarios.all(), LifeScenarios.all())
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void nothingIsLostWhateverBreaks(Scenario scenario) throws Exception {
    Enumeration cases = new Enumeration(OWN::get, threads, scenario, dir);
    cases.run();
    total += cases.count();
    System.out.println(
        "[faults] "
            + scenario
            + ": "
            + cases.operations()
            + " operations, "
            + cases.count()
            + " cases");
  }
}
