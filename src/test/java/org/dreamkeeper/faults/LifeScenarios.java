package org.dreamkeeper.faults;

import static org.dreamkeeper.faults.Fixtures.LIVED;
import static org.dreamkeeper.faults.Fixtures.entry;
import static org.dreamkeeper.faults.Fixtures.lived;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Function;
import org.dreamkeeper.faults.Scenario.Act;
import org.dreamkeeper.faults.Scenario.Fixture;
import org.dreamkeeper.faults.Scenario.Then;

/** Starts and clean stops: what all three actors do then. */
final class LifeScenarios {
  private static final Fixture NO_DIRECTORY =
      base -> {
        Files.delete(base.resolve(Tree.CLAIM));
        Files.delete(base);
      };

  private static final Fixture CRASHED =
      lived(
          base -> {
            Fixtures.deadLock(base);
            Fixtures.put(base, entry(4, "processing").put("lockToken", 3));
            Tree.write(base.resolve("dream-state.json.dk1-1.tmp"), "{", 0);
            Tree.write(base.resolve("dream-log/drm-1.json.dk1-2.tmp"), "{", 0);
          });

  private LifeScenarios() {}

  static List<Scenario> all() {
    return List.of(
        start("in a new directory", NO_DIRECTORY),
        start("after a clean stop", LIVED),
        start("after a crash in a dream", crashed("processing")),
        start("after a crash when a dream was completed", crashed("completed")),
        stop("after a request for an id", host -> host.ask("log", "nextId", null)),
        stop("in a dream", host -> dream(host, "processing")),
        stop("when a dream was completed", host -> dream(host, "completed")));
  }

  /** Without directory and claim nothing is served; all else can wait. */
  private static Then starting(Step step) {
    return switch (step.op()) {
      case CREATE_DIRECTORIES, OPEN, WRITE_IN_PLACE, SYNC_IN_PLACE -> Then.REFUSED;
      // The claim is also looked at, and names are synced, for what can wait.
      default -> step.name().startsWith("d") ? Then.DONE : Then.EITHER;
    };
  }

  private static Fixture crashed(String status) {
    return base -> {
      CRASHED.make(base);
      Fixtures.put(base, entry(5, status).put("lockToken", Fixtures.DEAD_TOKEN));
    };
  }

  private static void dream(Host host, String status) {
    host.ask("log", "save", entry(8, status), "token", host.acquire());
  }

  private static Scenario start(String name, Fixture fixture) {
    return of("start " + name, fixture, null, host -> host.starts(), LifeScenarios::starting);
  }

  private static Scenario stop(String name, Act before) {
    return of("stop " + name, LIVED, before, host -> host.stops(), step -> Then.DONE);
  }

  private static Scenario of(
      String name, Fixture fixture, Act before, Act action, Function<Step, Then> then) {
    return new Scenario("life: " + name, new JsonObject(), fixture, before, action, then);
  }
}
