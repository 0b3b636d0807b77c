package org.dreamkeeper.node.impl;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dreamkeeper.postgres.NodeLook;

/** Which nodes the rows name, by how they are called on the bus. Safe from any thread. */
final class NamedNodes {
  private final Set<String> ever = ConcurrentHashMap.newKeySet();
  private volatile Set<String> there = Set.of();

  void looked(NodeLook look) {
    Set<String> now = new HashSet<>();
    look.nodes().forEach(node -> now.add(node.about().getString("bus")));
    now.remove(null);
    ever.addAll(now);
    there = Set.copyOf(now);
  }

  /** Tells whether a row stands; empty where none ever did, so that they say nothing. */
  Optional<Boolean> stands(String bus) {
    return ever.contains(bus) ? Optional.of(there.contains(bus)) : Optional.empty();
  }
}
