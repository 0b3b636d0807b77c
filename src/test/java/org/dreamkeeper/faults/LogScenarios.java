package org.dreamkeeper.faults;

import static org.dreamkeeper.faults.Fixtures.LIVED;
import static org.dreamkeeper.faults.Fixtures.entry;
import static org.dreamkeeper.faults.Fixtures.file;
import static org.dreamkeeper.faults.Fixtures.id;
import static org.dreamkeeper.faults.Fixtures.lived;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.dreamkeeper.faults.Scenario.Act;
import org.dreamkeeper.faults.Scenario.Fixture;
import org.dreamkeeper.faults.Scenario.Then;

/** Every action that writes entries or ids. */
final class LogScenarios {
  private static final String LOG = "log";
  private static final String DIRECTORY = "dream-log";
  private static final int STALE_MS = 600_000;

  private static final Fixture STALE =
      lived(base -> Tree.write(base.resolve(file(id(4))), Fixtures.text(fresh(4)), 1_000));

  private LogScenarios() {}

  static List<Scenario> all() {
    return List.of(
        of("save of a new entry", LIVED, LogScenarios::nothing, save(7, "completed"), saving(7)),
        of("save in the place of one", LIVED, LogScenarios::nothing, save(2, "partial"), saving(2)),
        of("getById of an interrupted entry", STALE, tooOld(), getById(4), LogScenarios::reading));
  }

  /** What cannot be listed or reserved is refused; what cannot be resolved stays for now. */
  private static Then reading(Step step) {
    if (step.name().equals(DIRECTORY) && step.op() != Op.SYNC_DIRECTORY) {
      return step.op() == Op.LIST ? Then.REFUSED : Then.EITHER;
    }
    if (step.name().equals(Tree.CLAIM)) {
      return Then.REFUSED;
    }
    return step.op() == Op.STAT || step.op() == Op.READ ? Then.EITHER : Then.DONE;
  }

  /** The entry must be written; to see foreign changes, and to prune, can wait. */
  private static Function<Step, Then> saving(int n) {
    return step ->
        switch (step.op()) {
          case CREATE, RENAME, SYNC_DIRECTORY, CREATE_DIRECTORIES -> Then.REFUSED;
          case STAT -> {
            boolean own = file(id(n)).endsWith("/" + step.name());
            yield step.name().endsWith(".tmp") ? Then.REFUSED : own ? Then.EITHER : Then.DONE;
          }
          default -> Then.DONE;
        };
  }

  /** An entry that somebody is at, without a token. */
  private static JsonObject fresh(int n) {
    return entry(n, "processing").put("startedAt", Fixtures.NOW);
  }

  private static void nothing(Host host) {}

  private static Act tooOld() {
    return host -> host.time.setMillis(host.time.millis() + STALE_MS + 1);
  }

  private static Act save(int n, String status) {
    return host -> host.sends(Set.of(file(id(n))), LOG, "save", entry(n, status).put("more", 1));
  }

  private static Act getById(int n) {
    return host -> host.sends(Set.of(), LOG, "getById", new JsonObject().put("id", id(n)));
  }

  private static Scenario of(
      String name, Fixture fixture, Act before, Act action, Function<Step, Then> then) {
    return of(name, 50, fixture, before, action, then);
  }

  private static Scenario of(
      String name,
      int maxEntries,
      Fixture fixture,
      Act before,
      Act action,
      Function<Step, Then> then) {
    JsonObject config =
        new JsonObject()
            .put(
                LOG,
                new JsonObject().put("maxEntries", maxEntries).put("staleProcessingMs", STALE_MS));
    return new Scenario("log: " + name, config, fixture, before, action, then);
  }
}
