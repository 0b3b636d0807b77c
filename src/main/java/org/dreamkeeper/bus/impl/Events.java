package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * Publishes a project's events, numbered without gaps and in order, whichever of the three actors
 * they come from; and logs those that a person should know of. Safe from any thread.
 *
 * <p>What is told was kept before, where the store keeps events: with the commit that it tells of,
 * or by itself.
 *
 * <p>A row of failures of an actor's storage is told when it begins, and when it is over: failed
 * writes by a write that is durable, failed reads by the next that succeeds.
 */
public final class Events {
  private static final Logger LOG = Log.of(Events.class);

  /** What says that something was written. */
  private static final Set<String> WRITTEN =
      Set.of(
          "lock.acquired",
          "lock.released",
          "lock.rolledBack",
          "log.saved",
          "log.interrupted",
          "log.pruned",
          "state.changed");

  /** The actors that keep something. */
  private static final Set<String> KEEPING = Set.of("state", "lock", "log");

  private final EventBus bus;
  private final String address;
  private final String instance;
  private final boolean clustered;
  private final Time time;
  private final Function<List<JsonObject>, Future<Void>> recorder;
  private String node;
  private final Object order = new Object();

  /** What is to be told when it is recorded, and all that is in front of it was told. */
  private record Pending(JsonObject event, Future<Void> recorded) {}

  private final Deque<Pending> pending = new ArrayDeque<>();

  /** The actors whose storage fails, and whether a write did. */
  private final Map<String, Boolean> failing = new HashMap<>();

  private final SkipLog skips;
  private long seq;

  /**
   * Makes the publisher of one deployment: its events go to {@code <prefix>.events}.
   *
   * @param recorder keeps events that no commit has carried, as far as the store keeps any; it
   *     takes its end, or its failure, for done
   */
  public Events(
      EventBus bus,
      String prefix,
      String instance,
      boolean clustered,
      Time time,
      Function<List<JsonObject>, Future<Void>> recorder) {
    this.bus = bus;
    this.address = prefix;
    this.instance = instance;
    this.clustered = clustered;
    this.time = time;
    this.skips = new SkipLog(prefix);
    this.recorder = recorder;
  }

  /** Lets all name the node that serves the project; null for none. Before the first. */
  public Events ofNode(String id) {
    node = id;
    return this;
  }

  /** Makes an event, to be carried by the commit of what it tells. */
  public JsonObject event(String type, JsonObject details) {
    JsonObject event =
        JsonObject.of("type", type, "at", time.millis(), "address", address, "instance", instance);
    return JsonFields.put(event, "node", node).mergeIn(details);
  }

  /** Publishes an event of what is durable, and was kept with it, or need not be. */
  public void publish(JsonObject event) {
    publish(event, Future.succeededFuture());
  }

  /** Publishes an event that no commit has carried. */
  public void publish(String type, JsonObject details) {
    JsonObject event = event(type, details);
    publish(event, recorder.apply(List.of(event)));
  }

  private void publish(JsonObject event, Future<Void> recorded) {
    synchronized (order) {
      pending.add(new Pending(event, recorded));
    }
    recorded.onComplete(end -> publishRecorded());
  }

  private void publishRecorded() {
    // The number and the hand-over are one step: three event loops publish here.
    synchronized (order) {
      while (!pending.isEmpty() && pending.peek().recorded().isComplete()) {
        number(pending.remove().event());
      }
    }
  }

  /** Tells of the last dream that was skipped, and how often it was in a row; null of none. */
  public JsonObject lastSkip() {
    synchronized (order) {
      return skips.toJson();
    }
  }

  private void number(JsonObject kept) {
    String type = kept.getString("type");
    JsonObject event = kept.copy().put("seq", ++seq);
    tell(event);
    skips.heard(event);
    DeliveryOptions options =
        new DeliveryOptions().addHeader("type", type).setLocalOnly(!clustered);
    bus.publish(address + ".events", event, options);
    if (WRITTEN.contains(type)) {
      stored(type.substring(0, type.indexOf('.')));
    }
  }

  private void tell(JsonObject event) {
    if (LOG.isDebugEnabled()) {
      LogKeys.event(LOG.atDebug(), event).log("event {}", event);
    }
    String line = Story.line(event);
    if (line != null) {
      LogKeys.event(LOG.atWarn(), event).log("{}: {}", address, line);
    }
  }

  /** Takes note that a request failed for the storage of its actor, if that keeps anything. */
  void storageFailed(String actor, boolean writes, String reason) {
    if (!KEEPING.contains(actor)) {
      return;
    }
    synchronized (order) {
      Boolean before = failing.put(actor, writes || failing.getOrDefault(actor, false));
      if (before == null) {
        publish("storage.failed", new JsonObject().put("actor", actor).put("reason", reason));
      }
    }
  }

  /** Takes note that a reading request succeeded. */
  void read(String actor) {
    synchronized (order) {
      if (failing.containsKey(actor) && !failing.get(actor)) {
        stored(actor);
      }
    }
  }

  /** Takes note that something was written of which no event tells. */
  public void stored(String actor) {
    synchronized (order) {
      if (failing.remove(actor) != null) {
        publish("storage.recovered", new JsonObject().put("actor", actor));
      }
    }
  }
}
