package org.dreamkeeper.junit5;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.dreamkeeper.ClientOptions;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.impl.MortalMachine;
import org.dreamkeeper.junit5.impl.Quiet;

/**
 * A project that is served to a test, from a directory of its own. All that runs on its Vert.x goes
 * by its clock: host, clients, and whatever the worker under test makes by {@link
 * Dreamkeeper#client(Vertx)}.
 *
 * <p>To be used by the test's own thread, which may wait for futures: {@code future.await()}.
 */
public final class TestProject {
  private static final int END_STEP_MS = 1_000;

  private final Vertx vertx;
  private final DreamkeeperOptions options;
  private final Path temporary;
  private final Set<String> deployedBefore;
  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final HeardEvents events = new HeardEvents();
  private final Map<Long, Boolean> foreign = new ConcurrentHashMap<>();
  private final Dreamkeeper client;
  private MessageConsumer<?> listener;
  private MortalMachine machine;
  private String deployment;
  private Quiet quiet;
  private Runnable timeGoesOn;

  private TestProject(Vertx vertx, DreamkeeperOptions options, Path temporary) {
    this.vertx = vertx;
    this.options = options;
    this.temporary = temporary;
    this.deployedBefore = Set.copyOf(vertx.deploymentIDs());
    StandIns.put(vertx, Time.class, time);
    this.client = Dreamkeeper.client(vertx, new ClientOptions().setAddress(options.getAddress()));
  }

  static TestProject serve(Vertx vertx, DreamkeeperOptions options) {
    if (options.getPostgres() != null) {
      throw new IllegalArgumentException("postgres is set, expected a directory, or none");
    }
    DreamkeeperOptions own = new DreamkeeperOptions(options);
    Path temporary = temporary();
    if (own.getBaseDir() == null) {
      own.setBaseDir(folder(temporary, "project").toString());
    }
    if (own.getTexts() == null) {
      own.setTexts(folder(temporary, "texts").toString());
    }
    TestProject project = new TestProject(vertx, own, temporary);
    project.start();
    return project;
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("dreamkeeper");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path folder(Path parent, String name) {
    try {
      return Files.createDirectory(parent.resolve(name));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void start() {
    machine = new MortalMachine(foreign);
    StandIns.put(vertx, Machine.class, machine.machine());
    listener = client.events(events::add);
    listener.completion().await();
    DeploymentOptions config = new DeploymentOptions().setConfig(options.toJson());
    deployment = vertx.deployVerticle(new DreamkeeperVerticle(), config).await();
    quiet = new Quiet(vertx, options.getAddress(), "state", "lock", "log");
    timeGoesOn = time.waitFor(quiet::await);
  }

  private void stop() {
    timeGoesOn.run();
    quiet.close();
    String ending = deployment;
    deployment = null;
    vertx.undeploy(ending).eventually(listener::unregister).await();
  }

  /** {@return the Vert.x that it is served on, for the worker under test} */
  public Vertx vertx() {
    return vertx;
  }

  /** {@return the folder of its files} */
  public Path directory() {
    return Path.of(options.getBaseDir());
  }

  /** {@return the folder of the texts that its dreams change; empty at first, unless it was set} */
  public Path texts() {
    return Path.of(options.getTexts());
  }

  /** {@return a client of it, also while it is not served} */
  public Dreamkeeper client() {
    return client;
  }

  /** {@return the clock of its host and its clients} */
  public ManualTime time() {
    return time;
  }

  /** {@return what it has published, over all restarts} */
  public HeardEvents events() {
    return events;
  }

  /**
   * Serves it again, by a new host: stops the present one in good order first, if one serves, which
   * ends a dream that is under way. Verticles of the test stay; clients find the new host.
   */
  public void restart() {
    if (deployment != null) {
      stop();
    }
    start();
  }

  /**
   * Ends the host as SIGKILL does, once nothing is under way: it writes nothing any more, and tells
   * nobody. Verticles of the test stay, as they do on another node; what they ask is answered after
   * {@link #restart}, or fails when their time is over, for which the clock must move.
   */
  public void kill() {
    time.settle();
    listener.unregister().await();
    machine.die();
    stop();
  }

  /**
   * Lets another program take the lock, by writing its PID into the file, as the ByteRover CLI
   * does; it does not ask, so a dream that is under way loses the lock.
   *
   * @param pid any positive number but the PID of this process; there need be no such process
   * @return the other program
   */
  public ForeignHolder foreignHolder(long pid) {
    if (pid <= 0 || pid == ProcessHandle.current().pid()) {
      throw new IllegalArgumentException(
          "pid is " + pid + ", expected a positive number that is not this process's own");
    }
    return new ForeignHolder(pid, directory(), time, foreign);
  }

  /** Undeploys what the test has deployed, lets its dreams end, and removes all files. */
  void close() {
    endVerticles();
    if (deployment != null) {
      stop();
    }
    delete(temporary);
  }

  /** A dream may wait for the clock before it ends. */
  private void endVerticles() {
    List<Future<Void>> ends =
        vertx.deploymentIDs().stream()
            .filter(id -> !id.equals(deployment) && !deployedBefore.contains(id))
            .filter(id -> !((VertxInternal) vertx).deploymentManager().deployment(id).isChild())
            .map(vertx::undeploy)
            .toList();
    Future<?> ended = Future.join(ends);
    while (!ended.isComplete()) {
      time.leap(END_STEP_MS);
      Thread.onSpinWait();
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
