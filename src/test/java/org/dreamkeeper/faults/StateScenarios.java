package org.dreamkeeper.faults;

import static org.dreamkeeper.faults.Fixtures.LIVED;
import static org.dreamkeeper.faults.Fixtures.STATE;
import static org.dreamkeeper.faults.Fixtures.lived;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.dreamkeeper.faults.Scenario.Act;
import org.dreamkeeper.faults.Scenario.Fixture;
import org.dreamkeeper.faults.Scenario.Then;

/** Every action that writes the state, on a good file, on none, and on a corrupt one. */
final class StateScenarios {
  private static final Fixture MISSING = lived(base -> Files.delete(base.resolve(STATE)));

  private static final Fixture CORRUPT =
      lived(
          base -> {
            Tree.write(base.resolve(STATE), "{\"version\": 1, \"totalDreams\": 4, \"x\":", 60_000);
            for (int n = 1; n <= 5; n++) {
              Tree.write(base.resolve(STATE + ".corrupt-" + n), "old " + n, 60_000);
            }
          });

  private static final JsonObject WHOLE =
      new JsonObject()
          .put("version", 1)
          .put("curationsSinceDream", 9)
          .put("lastDreamAt", null)
          .put("lastDreamLogId", null)
          .put("totalDreams", 2);

  private static final JsonObject MERGES =
      new JsonObject().put("merges", new JsonArray().add(Fixtures.merge("c.md")));

  private StateScenarios() {}

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    all.add(of("write", LIVED, WHOLE));
    all.add(of("update", LIVED, new JsonObject().put("foreign", null).put("more", 1)));
    all.add(of("incrementCurationCount", LIVED, new JsonObject().put("by", 2)));
    all.add(of("addPendingMerges", LIVED, MERGES));
    all.add(of("removePendingMerges", LIVED, new JsonObject().put("suggestedByDreamId", "drm-1")));
    all.add(
        of(
            "enqueueStaleSummaryPaths",
            LIVED,
            new JsonObject().put("paths", new JsonArray().add("t.md"))));
    all.add(of("drainStaleSummaryPaths", LIVED, null));
    all.add(of("recordDream", LIVED, new JsonObject().put("logId", Fixtures.id(1))));
    all.add(of("forgetDream", LIVED, new JsonObject().put("logId", "drm-1")));
    all.add(
        scenario(
            "writes together on a good file",
            LIVED,
            StateScenarios::together,
            step -> step.op() == Op.STAT || step.op() == Op.READ ? Then.EITHER : then(step)));
    all.add(of("incrementCurationCount", "a missing file", MISSING, new JsonObject()));
    all.add(of("write", "a missing file", MISSING, WHOLE));
    all.add(of("incrementCurationCount", "a corrupt file", CORRUPT, new JsonObject()));
    all.add(of("write", "a corrupt file", CORRUPT, WHOLE));
    return all;
  }

  private static Scenario of(String action, Fixture fixture, JsonObject body) {
    return of(action, "a good file", fixture, body);
  }

  private static Scenario of(String action, String what, Fixture fixture, JsonObject body) {
    return scenario(
        action + " on " + what,
        fixture,
        host -> host.sends(Set.of(STATE), "state", action, body == null ? null : body.copy()),
        fixture == CORRUPT ? StateScenarios::thenOnCorrupt : StateScenarios::then);
  }

  private static void together(Host host) {
    host.together(
        "state",
        "read",
        null,
        () -> {
          host.sends(Set.of(STATE), "state", "incrementCurationCount", new JsonObject());
          host.sends(Set.of(STATE), "state", "addPendingMerges", MERGES.copy());
          host.sends(Set.of(STATE), "state", "drainStaleSummaryPaths", null);
        });
  }

  private static Scenario scenario(
      String name, Fixture fixture, Act action, Function<Step, Then> then) {
    return new Scenario("state: " + name, new JsonObject(), fixture, host -> {}, action, then);
  }

  /** A second name may also be a copy, and the oldest of those set aside may stay. */
  private static Then then(Step step) {
    return step.op() == Op.LINK || step.op() == Op.DELETE ? Then.DONE : Then.REFUSED;
  }

  /** The first sync is the second name's: then it is a copy instead. */
  private static Then thenOnCorrupt(Step step) {
    return step.op() == Op.SYNC_DIRECTORY ? Then.EITHER : then(step);
  }
}
