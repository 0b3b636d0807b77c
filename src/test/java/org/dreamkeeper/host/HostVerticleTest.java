package org.dreamkeeper.host;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The host deploys projects and workers, or nothing; and ends them in the right order. */
final class HostVerticleTest {
  private static final List<String> STORY = new CopyOnWriteArrayList<>();

  @TempDir Path dir;
  private Vertx vertx;

  @BeforeEach
  void start() {
    STORY.clear();
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  /** Says which of its config's projects answered when it started, and when it stopped. */
  public static final class Witness extends VerticleBase {
    @Override
    public Future<?> start() {
      return ask("start");
    }

    @Override
    public Future<?> stop() {
      return ask("stop");
    }

    private Future<?> ask(String when) {
      String address = config().getString("address");
      return Dreamkeeper.client(vertx, address)
          .state()
          .read()
          .onSuccess(state -> STORY.add(when + " " + address + " " + config().getString("name")));
    }
  }

  /** Fails when it is started, or when it is stopped. */
  public static final class Faulty extends VerticleBase {
    @Override
    public Future<?> start() {
      return config().containsKey("start")
          ? Future.failedFuture("no\nluck")
          : Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
      return Future.failedFuture("stuck");
    }
  }

  private JsonObject project(String address) {
    return new JsonObject().put("address", address).put("baseDir", dir.resolve(address).toString());
  }

  private static JsonObject witness(String address, String name) {
    return new JsonObject()
        .put("verticle", Witness.class.getName())
        .put("config", new JsonObject().put("address", address).put("name", name));
  }

  private static JsonObject faulty(JsonObject config) {
    return new JsonObject().put("verticle", Faulty.class.getName()).put("config", config);
  }

  private static JsonObject host(JsonArray projects, JsonArray workers) {
    return new JsonObject().put("projects", projects).put("workers", workers);
  }

  private String deploy(JsonObject config) {
    return await(
        vertx.deployVerticle(new HostVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private String refused(JsonObject config) {
    Throwable why = assertThrows(Served.Failed.class, () -> deploy(config)).getCause();
    assertInstanceOf(HostException.class, why);
    assertFalse(why.getMessage().contains("\n"), why.getMessage());
    assertTrue(vertx.deploymentIDs().isEmpty(), "something was left deployed");
    return why.getMessage();
  }

  @Test
  void workersStartWhenAllProjectsAnswer() {
    deploy(
        host(
            new JsonArray().add(project("one")).add(project("two")),
            new JsonArray().add(witness("two", "a")).add(witness("one", "b"))));
    assertEquals(List.of("start two a", "start one b"), STORY);
  }

  @Test
  void workersStopBeforeTheProjectsTheLastOneFirst() {
    deploy(
        host(
            new JsonArray().add(project("one")),
            new JsonArray()
                .add(witness("one", "a"))
                .add(faulty(new JsonObject()))
                .add(witness("one", "b"))));
    await(vertx.close());
    assertEquals(List.of("start one a", "start one b", "stop one b", "stop one a"), STORY);
  }

  /** Takes its time to start. */
  public static final class Slow extends VerticleBase {
    @Override
    public Future<?> start() {
      STORY.add("slow");
      return vertx.timer(200, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void aStartThatIsCutShortEndsInGoodOrder() {
    JsonObject slow = new JsonObject().put("verticle", Slow.class.getName());
    JsonArray workers = new JsonArray().add(witness("one", "a")).add(slow).add(witness("one", "b"));
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    vertx.exceptionHandler(thrown::add);
    vertx.deployVerticle(
        new HostVerticle(),
        new DeploymentOptions().setConfig(host(new JsonArray().add(project("one")), workers)));
    until(() -> STORY.contains("slow"));
    await(vertx.close());
    assertEquals(List.of("start one a", "slow", "stop one a"), STORY);
    assertEquals(List.of(), thrown);
    vertx = Vertx.vertx();
    deploy(host(new JsonArray().add(project("one")), new JsonArray()));
  }

  @Test
  void aLockThatIsHeldWhenVertxClosesIsFreed() throws IOException {
    JsonObject holder = new JsonObject().put("verticle", HoldingWorker.class.getName());
    holder.put("config", new JsonObject().put("address", "one"));
    deploy(host(new JsonArray().add(project("one")), new JsonArray().add(holder)));
    Path lock = dir.resolve("one/dream.lock");
    assertTrue(Files.size(lock) > 0);
    await(vertx.close());
    assertFalse(Files.exists(lock), "there was none before the dream");
  }

  @Test
  void onceUndeployedItsDirectoriesAreFree() {
    JsonObject config = host(new JsonArray().add(project("one")), new JsonArray());
    await(vertx.undeploy(deploy(config)));
    assertTrue(vertx.deploymentIDs().isEmpty());
    deploy(config);
  }

  @Test
  void aWrongConfigurationIsRefused() {
    assertEquals(
        "projects is 3, expected an array of objects",
        refused(new JsonObject().put("projects", 3)));
  }

  @Test
  void whereOneProjectCannotBeServedNoneIs() throws IOException {
    Path file = Files.writeString(dir.resolve("two"), "no directory");
    String why =
        refused(host(new JsonArray().add(project("one")).add(project("two")), new JsonArray()));
    assertTrue(why.startsWith("projects[1] (\"two\"): STORAGE_FAILED: " + file), why);
    deploy(host(new JsonArray().add(project("one")), new JsonArray()));
  }

  @Test
  void aDirectoryInUseIsNamedWithTheProcess() {
    deploy(host(new JsonArray().add(project("one")), new JsonArray()));
    Throwable why =
        assertThrows(
                Served.Failed.class,
                () ->
                    deploy(
                        host(
                            new JsonArray().add(project("one").put("address", "other")),
                            new JsonArray())))
            .getCause();
    assertTrue(
        why.getMessage().startsWith("projects[0] (\"other\"): DIRECTORY_IN_USE: "),
        why.getMessage());
    assertTrue(why.getMessage().contains("PID " + ProcessHandle.current().pid()));
  }

  @Test
  void aWorkerThatIsUnknownOrNoVerticleIsRefusedBeforeAnythingIsServed() {
    for (String name : List.of("org.acme.Nope", "java.lang.String", "io.vertx.core.VerticleBase")) {
      JsonObject worker = new JsonObject().put("verticle", name);
      String why = refused(host(new JsonArray().add(project("one")), new JsonArray().add(worker)));
      assertTrue(why.startsWith("workers[0].verticle is " + name + ", which is no"), why);
    }
    assertFalse(Files.exists(dir.resolve("one")));
  }

  @Test
  void aWorkerThatFailsToStartEndsTheHostAndNothingElseIsSaid() {
    Logger log = (Logger) LoggerFactory.getLogger(HostVerticle.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    JsonObject worker = faulty(new JsonObject().put("start", "no"));
    String why = refused(host(new JsonArray().add(project("one")), new JsonArray().add(worker)));
    assertTrue(
        why.startsWith("workers[0] (" + Faulty.class.getName() + ") did not start: no luck"));
    await(vertx.close());
    log.detachAppender(lines);
    assertEquals(
        List.of(), lines.list.stream().filter(line -> line.getLevel() == Level.WARN).toList());
  }

  @Test
  void eventsReachAWorker() {
    deploy(host(new JsonArray().add(project("one")), new JsonArray()));
    Dreamkeeper project = Dreamkeeper.client(vertx, "one");
    List<Class<?>> types = new CopyOnWriteArrayList<>();
    await(project.events(event -> types.add(event.getClass())).completion());
    await(project.state().incrementCurationCount());
    await(Locks.take(project, "test").release());
    await(project.state().read());
    assertTrue(
        types.containsAll(List.of(DreamEvent.StateChanged.class, DreamEvent.Acquired.class)),
        types.toString());
    assertEquals("one", project.prefix());
    assertEquals(Optional.empty(), await(project.log().getById("drm-1")));
  }
}
