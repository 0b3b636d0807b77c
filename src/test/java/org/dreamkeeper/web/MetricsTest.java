package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.LocalProjects;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.run.RunOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator's alerts are told. */
final class MetricsTest {
  private static final String DREAMS = "dreamkeeper_dreams_total";
  private static final String TAKEOVERS = "dreamkeeper_lock_takeovers_total";

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final FaultyDisk disk = new FaultyDisk();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private DreamkeeperMetrics metrics;
  private Served served;
  private Dreamkeeper keeper;

  @TempDir Path dir;

  @BeforeEach
  void serve() {
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
    keeper = Keepers.client(vertx, "dream", 30_000, time);
    metrics = new DreamkeeperMetrics(vertx);
    metrics.bindTo(registry);
    fresh();
  }

  @AfterEach
  void stop() {
    metrics.close();
    assertEquals("", registry.scrape());
    served.close();
    await(vertx.close());
  }

  private Promlint scrape() {
    time.advance(1_000);
    await(metrics.refresh());
    return new Promlint(registry.scrape());
  }

  /** Gives a scrape that all projects have answered; a busy machine may miss one. */
  private Promlint fresh() {
    Promlint[] last = new Promlint[1];
    until(
        () -> {
          last[0] = scrape();
          return last[0].series.entrySet().stream()
              .noneMatch(
                  each -> each.getKey().startsWith("dreamkeeper_up") && each.getValue() == 0);
        });
    return last[0];
  }

  /** Waits for what an event counts. */
  private void counted(double count, String name, String... labels) {
    until(() -> new Promlint(registry.scrape()).value(name, labels) >= count);
    assertEquals(count, new Promlint(registry.scrape()).value(name, labels));
  }

  private JsonObject save(String id, String status, String... headers) {
    JsonObject entry = Calls.bareEntry(id, time.millis(), status);
    switch (status) {
      case "completed" -> entry.put("completedAt", time.millis());
      case "partial" -> entry.put("completedAt", time.millis()).put("abortReason", "no time");
      case "error" -> entry.put("completedAt", time.millis()).put("error", "no luck");
      default -> {}
    }
    served.ask("log", "save", entry, headers);
    return entry;
  }

  @Test
  void aScrapeIsAsPrometheusWantsIt() throws IOException {
    Promlint scrape = fresh();
    assertEquals(List.of(), scrape.wrong());
    assertEquals(scrape.types.keySet(), scrape.helps.keySet());
    assertTrue(scrape.types.keySet().stream().allMatch(each -> each.startsWith("dreamkeeper_")));
    assertEquals("", Promlint.tool(registry.scrape(), "check", "metrics"));
  }

  @Test
  void theRulesFindWhatIsWrong() {
    String scrape =
        """
        # HELP a help
        # TYPE a counter
        a 1
        # HELP b_total help
        # TYPE b_total gauge
        b_total 1
        # TYPE c_ms_gauge gauge
        c_ms_gauge 1
        # HELP d_milliseconds help
        # TYPE d_milliseconds gauge
        d_milliseconds{le="1"} 1
        # HELP eF_sum help
        # TYPE eF_sum gauge
        eF_sum{aB="1"} 1
        eF_sum{aB="1"} 2
        # HELP f_hours help
        # TYPE f_hours gauge
        """;
    Set<String> wrong =
        Set.of(
            "a: a counter without _total",
            "b_total: _total on no counter",
            "c_ms_gauge: no help text",
            "c_ms_gauge: its type",
            "c_ms_gauge: an abbreviated unit",
            "d_milliseconds: not a base unit",
            "d_milliseconds: label le",
            "eF_sum: _sum on no histogram",
            "eF_sum: camel case",
            "eF_sum: camel case in label aB",
            "is said twice: eF_sum{aB=\"1\"} 2",
            "f_hours: not a base unit",
            "f_hours: no sample");
    assertEquals(wrong, Set.copyOf(new Promlint(scrape).wrong()));
  }

  @Test
  void figuresAreThoseOfTheOverview() {
    Promlint before = fresh();
    assertEquals(1, before.value("dreamkeeper_up", "project", "dream"));
    assertEquals(1, before.value("dreamkeeper_projects_served"));
    assertEquals(1, before.value("dreamkeeper_claim_held"));
    assertEquals(0, before.value("dreamkeeper_lock_held"));
    assertEquals(0, before.value("dreamkeeper_lock_age_seconds"));
    assertEquals(0, before.value("dreamkeeper_last_asked_time_seconds"));
    assertEquals(0, before.value("dreamkeeper_last_dream_time_seconds"));
    assertEquals(1, before.value("dreamkeeper_gate_closed", "gate", "curations"));
    assertEquals(0, before.value("dreamkeeper_gate_closed", "gate", "lock"));
    double now = time.millis() / 1e3;
    await(keeper.state().gates(new JsonObject()));
    await(keeper.state().incrementCurationCount(3));
    await(keeper.state().recordDream("drm-1"));
    await(keeper.state().incrementCurationCount(2));
    await(keeper.lock().acquire(Locks.as("me").setLease(Duration.ofSeconds(20))));
    Future<?> waits = served.send("lock", "tryAcquire", JsonObject.of("waitMs", 60_000));
    time.advance(10_000);
    Promlint after = fresh();
    assertEquals(0, after.value("dreamkeeper_actor_queued", "actor", "lock"), "one waits, in line");
    assertEquals(0, after.value("dreamkeeper_actor_oldest_seconds", "actor", "lock"));
    assertEquals(1, after.value("dreamkeeper_lock_held"));
    assertTrue(after.value("dreamkeeper_lock_age_seconds") >= 10);
    assertEquals(0, after.value("dreamkeeper_lock_lease_expired"));
    assertEquals(1, after.value("dreamkeeper_gate_closed", "gate", "lock"));
    assertEquals(1, after.value("dreamkeeper_gate_closed", "gate", "hours"));
    assertEquals(2, after.value("dreamkeeper_curations_since_dream"));
    assertEquals(now, after.value("dreamkeeper_last_asked_time_seconds"), 0.001);
    assertEquals(now, after.value("dreamkeeper_last_dream_time_seconds"), 0.001);
    assertTrue(after.value("dreamkeeper_start_time_seconds") < now);
    time.advance(20_000);
    await(waits);
  }

  @Test
  void aLeaseThatHasRunOutIsShownUntilSomebodyAsks() {
    Locks.take(keeper.lock(), Locks.as("me").setLease(Duration.ofSeconds(1)));
    time.advance(2_000);
    assertEquals(1, fresh().value("dreamkeeper_lock_lease_expired"));
    Locks.take(keeper, "you");
    assertEquals(0, fresh().value("dreamkeeper_lock_lease_expired"));
  }

  @Test
  void whatIsWrongWithTheFilesIsShown() throws IOException {
    Files.writeString(dir.resolve("dream-state.json"), "{\"version\": 2}");
    Files.writeString(dir.resolve("dream-state.json.corrupt-7"), "{\"totalDreams\": 3}");
    Files.createDirectories(dir.resolve("dream-log"));
    Files.writeString(dir.resolve("dream-log/drm-5.json"), "torn");
    Promlint scrape = fresh();
    assertEquals(1, scrape.value("dreamkeeper_gate_closed", "gate", "state"));
    assertEquals(1, scrape.value("dreamkeeper_state_quarantined"));
    assertEquals(1, scrape.value("dreamkeeper_log_unreadable"));
  }

  @Test
  void aDreamIsCountedOnceWhenItHasEnded() {
    for (String id : List.of("drm-1", "drm-2")) {
      save(id, "processing");
      save(id, "completed");
      save(id, "completed");
    }
    save("drm-3", "partial");
    save("drm-4", "error");
    counted(1, DREAMS, "outcome", "error");
    counted(2, DREAMS, "outcome", "completed");
    counted(1, DREAMS, "outcome", "partial");
    DreamLock lock = Locks.take(keeper.lock(), Locks.as("me").setLease(Duration.ofSeconds(1)));
    save("drm-5", "processing", "token", Long.toString(lock.token()));
    time.advance(2_000);
    Locks.take(keeper, "you");
    counted(1, DREAMS, "outcome", "interrupted");
    counted(1, TAKEOVERS, "why", "expired");
    served.ask("state", "gates", new JsonObject());
    counted(1, "dreamkeeper_dreams_skipped_total", "gate", "curations");
  }

  @Test
  void aLockThatAnotherProgramOverwroteIsCounted() throws IOException {
    Locks.take(keeper, "me");
    Files.writeString(dir.resolve("dream.lock"), "1");
    await(keeper.lock().status());
    counted(1, TAKEOVERS, "why", "overwritten");
  }

  @Test
  void aDiskThatSaysNoIsShownUntilItSaysYes() {
    String failing = "dreamkeeper_storage_failing";
    disk.fail(Op.CREATE, "No space left on device");
    served.refused("state", "incrementCurationCount", null);
    served.refused("state", "incrementCurationCount", null);
    counted(1, "dreamkeeper_storage_failures_total", "actor", "state");
    assertEquals(1, fresh().value(failing, "actor", "state"));
    assertEquals(0, fresh().value(failing, "actor", "log"));
    disk.heal();
    served.ask("state", "incrementCurationCount", null);
    until(() -> fresh().value(failing, "actor", "state") == 0);
  }

  @Test
  void useMakesNoSeriesAndGivesNothingAway() {
    Set<String> before = Set.copyOf(fresh().series.keySet());
    String secret = "an owner nobody must see";
    String seen = "";
    for (int i = 0; i < 20; i++) {
      await(keeper.state().incrementCurationCount(3));
      await(
          keeper.run(
              new RunOptions().setOwner(secret + i).setForce(true),
              run -> Future.succeededFuture()));
      DreamLock lock = Locks.take(keeper, secret + i);
      seen = fresh().series.toString();
      assertFalse(seen.contains(Long.toString(lock.token())));
      await(lock.rollback());
      save("drm-" + i, List.of("completed", "error", "partial").get(i % 3));
      served.ask("state", "gates", new JsonObject().put("pendingTasks", i));
      served.refused("state", "nothing" + i, null);
    }
    Promlint after = fresh();
    assertEquals(before, after.series.keySet());
    seen += registry.scrape();
    for (String private_ : List.of(secret, "drm-", dir.toString(), "nothing")) {
      assertFalse(seen.contains(private_), private_);
    }
  }

  @Test
  void aProjectThatIsUndeployedLeavesTheRegistry() {
    String one = registry.scrape();
    JsonObject config = Served.config(dir.resolve("b")).put("address", "notes");
    Served other = Served.at(vertx, time, disk.machine(), config);
    Promlint both = fresh();
    assertEquals(1, both.value("dreamkeeper_up", "project", "notes"));
    assertEquals(2, both.value("dreamkeeper_projects_served"));
    assertEquals(2 * (one.lines().count() - comments(one) - 1) + 1, both.series.size());
    other.close();
    Promlint left = fresh();
    assertFalse(registry.scrape().contains("notes"));
    assertEquals(1, left.value("dreamkeeper_projects_served"));
  }

  private static long comments(String scrape) {
    return scrape.lines().filter(line -> line.startsWith("#")).count();
  }

  @Test
  void aProjectThatDoesNotAnswerIsDownAndKeepsItsValues() throws IOException {
    await(keeper.state().incrementCurationCount(2));
    fresh();
    served.close();
    AtomicInteger asked = new AtomicInteger();
    var silent = vertx.eventBus().localConsumer("dream.admin", message -> asked.incrementAndGet());
    LocalProjects.SERVED.add(vertx, "dream", LocalProjects.UNKNOWN_BYTES);
    time.advance(1_000);
    long began = System.nanoTime();
    Future<Void> one = metrics.refresh();
    Future<Void> two = metrics.refresh();
    await(one);
    await(two);
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos());
    await(metrics.refresh());
    Promise<Status> live = Promise.promise();
    new DreamkeeperHealth(vertx, Set.of()).live(live);
    assertFalse(await(live.future()).isOk());
    assertEquals(1, asked.get(), "once, whoever wants to know");
    Promlint down = new Promlint(registry.scrape());
    assertEquals(0, down.value("dreamkeeper_up"));
    assertEquals(2, down.value("dreamkeeper_curations_since_dream"));
    await(silent.unregister());
    LocalProjects.SERVED.remove(vertx, "dream");
    serveAgain();
    assertEquals(2, fresh().value("dreamkeeper_curations_since_dream"));
  }

  private void serveAgain() {
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
  }

  /** An application takes it out again by ending the verticle that made it. */
  @Test
  void aRoutersMetricsEndWithTheVerticleThatMadeIt() {
    Router[] made = new Router[1];
    VerticleBase maker =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            made[0] = DreamkeeperRouter.create(vertx, Http.guarded());
            return Future.succeededFuture();
          }
        };
    String id = await(vertx.deployVerticle(maker));
    Http http = Http.serve(vertx, made[0], 0);
    until(
        () -> {
          time.advance(1_000);
          return routersScrape(http).contains("dreamkeeper_claim_held");
        });
    await(vertx.undeploy(id));
    assertEquals("", routersScrape(http));
    assertTrue(registry.scrape().contains("dreamkeeper_claim_held"), "those of others stay");
  }

  private static String routersScrape(Http http) {
    String bearer = "Bearer " + Http.TOKEN;
    return http.ask(HttpMethod.GET, "/metrics", null, "Authorization", bearer).body().toString();
  }

  @Test
  void itIsBoundOnce() {
    assertThrows(IllegalStateException.class, () -> metrics.bindTo(registry));
  }
}
