package org.dreamkeeper.web;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.admin.Overview.Actor;
import org.dreamkeeper.lock.LockHolder;
import org.dreamkeeper.run.DreamGate;

/**
 * The meters of one project. All labels beside the project's are closed sets, whose series are
 * there from the start: use makes none.
 */
final class ProjectMeters {
  private static final Map<String, Class<? extends DreamGate>> GATES =
      Map.of(
          "hours", DreamGate.Hours.class,
          "curations", DreamGate.Curations.class,
          "tasks", DreamGate.Tasks.class,
          "failures", DreamGate.Failures.class,
          "lock", DreamGate.Lock.class,
          "state", DreamGate.State.class);

  private static final Set<String> ACTORS = Set.of("state", "lock", "log");
  private static final Set<String> ENDS = Set.of("completed", "partial", "error", "interrupted");
  private static final String OVERWRITTEN = "overwritten";
  private static final Set<String> WHYS =
      Set.of("dead", "expired", "stale", "evicted", OVERWRITTEN);

  /** So many entries may be saved again after they have ended, and are not counted twice. */
  private static final int REMEMBERED = 1_000;

  private final MeterRegistry registry;
  private final Tags project;
  private final List<Meter> meters = new ArrayList<>();
  private final Map<String, Counter> counters = new HashMap<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final Set<String> ended = new LinkedHashSet<>();
  private final MessageConsumer<JsonObject> events;
  private volatile Overview last;
  private volatile boolean up;

  /** Begins to count; the figures are there from the first that are shown. */
  ProjectMeters(Vertx vertx, MeterRegistry registry, String name) {
    this.registry = registry;
    this.project = Tags.of("project", name);
    gauge("up", "1 if the project answered within a second, else 0.", project, of -> flag(of.up));
    counter("dreams", "Dreams that ended.", "outcome", ENDS);
    counter(
        "dreams.skipped", "Dreams that a closed gate kept from beginning.", "gate", GATES.keySet());
    counter("lock.takeovers", "Holders from whom the lock was taken.", "why", WHYS);
    counter("storage.failures", "Times that storage began to refuse requests.", "actor", ACTORS);
    events = vertx.eventBus().localConsumer(name + ".events", this::heard);
  }

  private void counter(String name, String help, String label, Set<String> values) {
    for (String value : values) {
      Counter counter =
          Counter.builder("dreamkeeper." + name)
              .description(help)
              .tags(project.and(label, value))
              .register(registry);
      counters.put(name + value, counter);
      meters.add(counter);
    }
  }

  private void gauge(String name, String help, Tags tags, ToDoubleFunction<ProjectMeters> value) {
    meters.add(
        Gauge.builder("dreamkeeper." + name, this, value)
            .description(help)
            .tags(tags)
            .register(registry));
  }

  private void gauge(String name, String help, ToDoubleFunction<Overview> value) {
    gauge(name, help, project, of -> value.applyAsDouble(of.last));
  }

  private void gauges(
      String name,
      String help,
      String label,
      Set<String> values,
      ToDoubleBiFunction<Overview, String> value) {
    for (String each : values) {
      gauge(name, help, project.and(label, each), of -> value.applyAsDouble(of.last, each));
    }
  }

  private static double flag(boolean is) {
    return is ? 1 : 0;
  }

  private static double at(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  private static Optional<LockHolder> holder(Overview overview) {
    return overview.lock().status().holder();
  }

  /** Shows what the project said; null if it did not answer in time: then the last stays. */
  void show(Overview told) {
    up = told != null;
    if (told == null) {
      return;
    }
    Overview before = last;
    last = told;
    if (before == null) {
      figures();
    } else if (!before.instance().equals(told.instance())) {
      failing.clear();
    }
  }

  private void figures() {
    gauge("start.time.seconds", "When its serving began, since 1970.", of -> at(of.startedAt()));
    gauge("claim.held", "1 while the claim stands.", of -> flag(of.store().lost().isEmpty()));
    gauge("lock.held", "1 while somebody holds the lock.", of -> flag(of.lock().status().held()));
    gauge(
        "lock.age.seconds",
        "For how long the lock has been held; by another program: since its last sign of life.",
        of -> holder(of).map(by -> at(of.now()) - at(by.acquiredAt())).orElse(0.0));
    gauge(
        "lock.lease.expired",
        "1 while the lock is held by one whose lease has run out.",
        of -> flag(holder(of).filter(LockHolder::expired).isPresent()));
    gauges(
        "gate.closed",
        "1 while the gate keeps dreams from beginning.",
        "gate",
        GATES.keySet(),
        (of, gate) -> flag(of.gates().closed().stream().anyMatch(GATES.get(gate)::isInstance)));
    gauge(
        "last.asked.time.seconds",
        "When a worker last asked whether it may dream, since 1970; 0 for never.",
        of -> of.lastAskedAt().map(ProjectMeters::at).orElse(0.0));
    gauge(
        "last.dream.time.seconds",
        "When the last dream completed, since 1970; 0 for never.",
        of -> of.state().lastDreamAt().map(ProjectMeters::at).orElse(0.0));
    gauge(
        "curations.since.dream",
        "Curations since the last dream.",
        of -> of.state().curationsSinceDream());
    gauge("log.unreadable", "Files in the log that are no entries.", Overview::unreadable);
    gauge(
        "state.quarantined",
        "Corrupt states that were set aside, and of which the state lacks something.",
        Overview::quarantined);
    gauges(
        "storage.failing",
        "1 while the storage refuses what an actor asks of it.",
        "actor",
        ACTORS,
        (of, actor) -> flag(failing.contains(actor)));
    actors("queued", "Requests that wait for an actor or are under way.", Actor::queued);
    actors(
        "oldest.seconds",
        "For how long the oldest of an actor's requests has been there.",
        of -> of.oldest().toMillis() / 1e3);
    actors(
        "stalled",
        "1 while the storage has owed an actor an answer for 10 s.",
        of -> flag(of.stalled()));
  }

  private void actors(String name, String help, ToDoubleFunction<Actor> value) {
    gauges(
        "actor." + name,
        help,
        "actor",
        ACTORS,
        (of, actor) -> value.applyAsDouble(of.actors().get(actor)));
  }

  private void heard(Message<JsonObject> message) {
    JsonObject event = message.body();
    switch (message.headers().get("type")) {
      case "log.saved" -> ended(event.getString("id"), event.getString("status"));
      case "log.interrupted" -> ended(event.getString("id"), "interrupted");
      case "dream.skipped" -> increment("dreams.skipped", event.getString("gate"));
      case "lock.takenOver" -> increment("lock.takeovers", event.getString("why"));
      case "lock.lost" -> increment("lock.takeovers", OVERWRITTEN);
      case "storage.failed" -> {
        failing.add(event.getString("actor"));
        increment("storage.failures", event.getString("actor"));
      }
      case "storage.recovered" -> failing.remove(event.getString("actor"));
      default -> {}
    }
  }

  /** Counts a dream when its entry is first seen to have ended. */
  private void ended(String id, String outcome) {
    if (ENDS.contains(outcome) && ended.add(id)) {
      increment("dreams", outcome);
      if (ended.size() > REMEMBERED) {
        ended.remove(ended.iterator().next());
      }
    }
  }

  private void increment(String name, String value) {
    counters.get(name + value).increment();
  }

  /** Leaves the registry. */
  void close() {
    events.unregister().otherwiseEmpty();
    meters.forEach(registry::remove);
  }
}
