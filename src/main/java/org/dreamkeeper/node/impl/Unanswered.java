package org.dreamkeeper.node.impl;

import io.vertx.core.json.JsonArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of a {@link Lane} that are not answered, in the order of their arrival, as many as
 * there is room for; and the ids of those that were, until somebody is told that they are done
 * with.
 */
final class Unanswered {
  static final int MAX = 10_000;
  private static final int DONE_AT_ONCE = 64;

  private final Gateway gateway;
  private final Map<String, Ask> all = new LinkedHashMap<>();
  private final Deque<String> done = new ArrayDeque<>();
  private long strays;
  private long bytes;

  Unanswered(Gateway gateway) {
    this.gateway = gateway;
  }

  /** Gives the first that has that id, or null. */
  Ask first(String id) {
    return all.get(id);
  }

  /** Takes one in; says why not, or null. */
  String add(Ask ask) {
    if (all.size() >= MAX) {
      return all.size() + " requests are not answered; try later";
    }
    if (bytes + ask.bytes > Gateway.LANE_BYTES || !gateway.hold(ask.bytes)) {
      return "requests of " + bytes + " bytes are not answered; try later";
    }
    bytes += ask.bytes;
    ask.key = all.containsKey(ask.id()) ? ask.id() + '#' + ++strays : ask.id();
    all.put(ask.key, ask);
    return null;
  }

  void remove(Ask ask) {
    all.remove(ask.key);
    bytes -= ask.bytes;
    gateway.release(ask.bytes);
    if (ask.sent && ask.key.equals(ask.id())) {
      done.add(ask.id());
    }
  }

  List<Ask> all() {
    return List.copyOf(all.values());
  }

  /** Gives some ids that are done with, each once. */
  JsonArray takeDone() {
    JsonArray some = new JsonArray();
    while (!done.isEmpty() && some.size() < DONE_AT_ONCE) {
      some.add(done.remove());
    }
    return some;
  }
}
