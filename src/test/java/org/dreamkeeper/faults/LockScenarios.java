package org.dreamkeeper.faults;

import static org.dreamkeeper.faults.Fixtures.LIVED;
import static org.dreamkeeper.faults.Fixtures.LOCK;
import static org.dreamkeeper.faults.Fixtures.entry;
import static org.dreamkeeper.faults.Fixtures.lived;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.dreamkeeper.faults.Scenario.Act;
import org.dreamkeeper.faults.Scenario.Fixture;
import org.dreamkeeper.faults.Scenario.Then;

/** Every action, request or not, that writes the lock's file. */
final class LockScenarios {
  private static final String NAME = "lock";
  private static final String NOBODY = "999999999";

  private static final Fixture NO_LOCK = lived(base -> Files.delete(base.resolve(LOCK)));
  private static final Fixture DEAD_PID = lived(base -> Tree.write(base.resolve(LOCK), NOBODY, 0));

  private LockScenarios() {}

  static List<Scenario> all() {
    return List.of(
        of("tryAcquire of a free lock", LIVED, host -> {}, acquire()),
        of("tryAcquire for the second time", LIVED, LockScenarios::used, acquire()),
        of("tryAcquire without a file", NO_LOCK, host -> {}, acquire()),
        of("tryAcquire from a dead process", DEAD_PID, host -> {}, acquire()),
        of("tryAcquire from an expired dream", LIVED, expired("processing"), takeOver(LOCK)),
        of(
            "tryAcquire from an expired dream that was completed",
            LIVED,
            expired("completed"),
            takeOver(LOCK, Fixtures.STATE)),
        of("renew", LIVED, Host::acquire, holder("renew")),
        of("release", LIVED, Host::acquire, holder("release")),
        of("release of an unfinished dream", LIVED, dream("processing"), holder("release")),
        of("rollback", LIVED, Host::acquire, holder("rollback")),
        of("rollback to no file", NO_LOCK, Host::acquire, holder("rollback")),
        of("rollback of an unfinished dream", LIVED, dream("processing"), holder("rollback")),
        of("status of a lock whose file was torn", LIVED, torn(), status()),
        of("status of a lock that was seized", LIVED, seized("processing"), status()),
        of(
            "status of a lock that was seized after the dream",
            LIVED,
            seized("completed"),
            status()),
        of("release to one who waits", LIVED, waiting(), LockScenarios::releaseToNext));
  }

  /** Lock and claim must be looked at and written. */
  private static Then then(Step step) {
    boolean own = step.name().startsWith(LOCK) || step.name().equals(Tree.CLAIM);
    return own ? Then.REFUSED : Then.EITHER;
  }

  private static void used(Host host) {
    host.ask(NAME, "rollback", null, "token", host.acquire());
  }

  private static Act acquire() {
    return host ->
        host.sends(Set.of(LOCK), NAME, "tryAcquire", new JsonObject().put("owner", "you"));
  }

  /** The end of the old holder stands, also where the grant after it is refused. */
  private static Act takeOver(String... files) {
    return host ->
        host.takesOver(Set.of(files), NAME, "tryAcquire", new JsonObject().put("owner", "you"));
  }

  private static Act holder(String action) {
    return host -> host.sends(Set.of(LOCK), NAME, action, null, "token", host.token());
  }

  private static void releaseToNext(Host host) {
    host.sends(Set.of(), NAME, "release", null, "token", host.token());
  }

  private static Act status() {
    return host -> host.sends(Set.of(), NAME, "status", null);
  }

  private static Act dream(String status) {
    return host -> host.ask("log", "save", entry(8, status), "token", host.acquire());
  }

  private static Act expired(String status) {
    return host -> {
      host.ask("log", "save", entry(8, status), "token", host.acquire(Host.SOON_MS));
      host.time.advance(Host.SOON_MS);
    };
  }

  private static Act torn() {
    return host -> {
      host.acquire();
      host.edit(LOCK, "");
    };
  }

  private static Act seized(String status) {
    return host -> {
      dream(status).on(host);
      host.edit(LOCK, NOBODY);
    };
  }

  private static Act waiting() {
    return host -> {
      host.acquire();
      host.waits();
    };
  }

  private static Scenario of(String name, Fixture fixture, Act before, Act action) {
    return new Scenario(
        "lock: " + name, new JsonObject(), fixture, before, action, LockScenarios::then);
  }
}
