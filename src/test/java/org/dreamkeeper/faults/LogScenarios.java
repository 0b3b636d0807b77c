package org.dreamkeeper.faults;

import static org.dreamkeeper.faults.Fixtures.LIVED;
import static org.dreamkeeper.faults.Fixtures.entry;
import static org.dreamkeeper.faults.Fixtures.file;
import static org.dreamkeeper.faults.Fixtures.id;
import static org.dreamkeeper.faults.Fixtures.lived;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.dreamkeeper.faults.Scenario.Act;
import org.dreamkeeper.faults.Scenario.Fixture;
import org.dreamkeeper.faults.Scenario.Then;
import org.dreamkeeper.log.LogOptions;

/** Every action that writes entries or ids. */
final class LogScenarios {
  private static final String LOG = "log";
  private static final String DIRECTORY = "dream-log";
  private static final long STALE_MS = LogOptions.DEFAULT_STALE_PROCESSING.toMillis();

  private static final Fixture NO_LOG = base -> Tree.write(base.resolve("notes.md"), "", 0);
  private static final long AGE_MS = 1_000;

  private static final Fixture STALE =
      lived(base -> Tree.write(base.resolve(file(id(4))), Fixtures.text(fresh(4)), AGE_MS));

  private static final Fixture FULL =
      lived(
          base -> {
            Fixtures.put(base, entry(1, "error"));
            Fixtures.put(base, entry(3, "error"));
          });

  private LogScenarios() {}

  static List<Scenario> all() {
    return List.of(
        of("nextId", LIVED, LogScenarios::nothing, nextId(), LogScenarios::reading),
        of("save of a new entry", LIVED, LogScenarios::nothing, save(7, "completed"), saving(7)),
        of("save in the place of one", LIVED, LogScenarios::nothing, save(2, "partial"), saving(2)),
        of(
            "save of the first entry",
            NO_LOG,
            LogScenarios::nothing,
            save(7, "error"),
            LogScenarios::first),
        of("save under the lock", LIVED, Host::acquire, LogScenarios::saveUnderLock, saving(7)),
        of(
            "save and prune",
            new JsonObject().put("maxEntries", 2),
            FULL,
            LogScenarios::nothing,
            save(7, "completed"),
            saving(7)),
        of(
            "saves together",
            LIVED,
            LogScenarios::nothing,
            LogScenarios::together,
            LogScenarios::some),
        of("append to an entry", LIVED, LogScenarios::begin, append(), LogScenarios::appending),
        of(
            "append to a journal",
            LIVED,
            LogScenarios::beginAndAppend,
            append(),
            LogScenarios::appending),
        of(
            "save of what was appended",
            LIVED,
            LogScenarios::beginAndAppend,
            host -> host.sends(Set.of(file(id(7))), LOG, "save", grown(), "token", host.token()),
            saving(7)),
        of(
            "the lock ends below what was appended",
            LIVED,
            LogScenarios::beginAndAppend,
            host -> host.sends(Set.of(), "lock", "rollback", null, "token", host.token()),
            step -> Then.EITHER),
        of("getById of an interrupted entry", STALE, tooOld(), getById(4), LogScenarios::reading),
        of("list with an interrupted entry", STALE, tooOld(), list(), LogScenarios::reading),
        of(
            "an entry becomes too old",
            new JsonObject().put("staleProcessingMs", Host.SOON_MS),
            STALE,
            LogScenarios::nothing,
            soon(),
            step -> Then.DONE));
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

  /**
   * The entry must be written; to see foreign changes, and to prune, can wait. Without a token, the
   * one in the old entry must be known.
   */
  private static Function<Step, Then> saving(int n) {
    return step ->
        switch (step.op()) {
          case CREATE, RENAME, SYNC_DIRECTORY, CREATE_DIRECTORIES -> Then.REFUSED;
          case STAT, READ -> {
            // The directories are also looked at just before something is written.
            boolean own = List.of(id(n) + ".json", DIRECTORY, "base").contains(step.name());
            yield step.name().endsWith(".tmp") ? Then.REFUSED : own ? Then.EITHER : Then.DONE;
          }
          default -> Then.DONE;
        };
  }

  private static void begin(Host host) {
    host.acquire();
    host.ask(LOG, "save", entry(7, "processing"), "token", host.token());
  }

  private static void beginAndAppend(Host host) {
    begin(host);
    host.ask(LOG, "append", body(1), "token", host.token());
  }

  private static JsonObject body(int n) {
    return new JsonObject()
        .put("id", id(7))
        .put("operations", new JsonArray().add(Fixtures.operation(n)));
  }

  private static JsonObject grown() {
    JsonObject entry = entry(7, "completed");
    // In the order on the disk, which need not be known for a save under the lock.
    Object completedAt = entry.remove("completedAt");
    return entry
        .put("operations", new JsonArray().add(Fixtures.operation(1)).add(Fixtures.operation(2)))
        .put("lockToken", 1)
        .put("completedAt", completedAt);
  }

  private static Act append() {
    return host -> host.sends(Set.of(file(id(7))), LOG, "append", body(2), "token", host.token());
  }

  /** All must be written; the entry's own file need not be looked at. */
  private static Then appending(Step step) {
    return step.op() == Op.READ || step.op() == Op.STAT ? Then.EITHER : Then.REFUSED;
  }

  /** The first attempt finds that there is no directory. */
  private static Then first(Step step) {
    boolean directory = step.op() == Op.STAT && !step.name().contains(".");
    return directory || step.op() == Op.CREATE ? Then.EITHER : saving(7).apply(step);
  }

  /** An entry that somebody is at, without a token. */
  private static JsonObject fresh(int n) {
    return entry(n, "processing").put("startedAt", Fixtures.NOW);
  }

  private static void nothing(Host host) {}

  private static Act soon() {
    return host -> host.time.advance(Host.SOON_MS - AGE_MS + 1);
  }

  private static Act tooOld() {
    return host -> host.time.setMillis(host.time.millis() + STALE_MS + 1);
  }

  private static Act nextId() {
    return host -> host.sends(Set.of(), LOG, "nextId", null);
  }

  private static Act save(int n, String status) {
    return host -> host.sends(Set.of(file(id(n))), LOG, "save", entry(n, status).put("more", 1));
  }

  private static void saveUnderLock(Host host) {
    host.sends(Set.of(file(id(7))), LOG, "save", entry(7, "completed"), "token", host.token());
  }

  private static void together(Host host) {
    host.together(
        LOG,
        "getById",
        new JsonObject().put("id", id(2)),
        () -> List.of(7, 8, 9).forEach(n -> send(host, n)));
  }

  private static void send(Host host, int n) {
    host.sends(Set.of(file(id(n))), LOG, "save", entry(n, "completed"));
  }

  /** What stands in the way of one of them need not stand in that of the others, or of any. */
  private static Then some(Step step) {
    boolean looked = step.op() == Op.STAT || step.op() == Op.READ || step.op() == Op.LIST;
    return looked ? Then.EITHER : Then.REFUSED;
  }

  private static Act getById(int n) {
    return host -> host.sends(Set.of(), LOG, "getById", new JsonObject().put("id", id(n)));
  }

  private static Act list() {
    return host -> host.sends(Set.of(), LOG, "list", new JsonObject());
  }

  private static Scenario of(
      String name, Fixture fixture, Act before, Act action, Function<Step, Then> then) {
    return of(name, new JsonObject(), fixture, before, action, then);
  }

  private static Scenario of(
      String name,
      JsonObject log,
      Fixture fixture,
      Act before,
      Act action,
      Function<Step, Then> then) {
    return new Scenario(
        "log: " + name, new JsonObject().put(LOG, log), fixture, before, action, then);
  }
}
