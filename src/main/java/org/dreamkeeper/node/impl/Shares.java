package org.dreamkeeper.node.impl;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.postgres.NodeLook.Placed;

/** How the projects are spread over the nodes that take some. */
final class Shares {
  private final Map<String, Integer> counts = new HashMap<>();

  /** How many nobody has. */
  private final int free;

  private final int total;

  /** Whether the nodes that reach each other here may have what is free: the greater part does. */
  private final boolean ours;

  /** Counts; a node that is not reached on the bus has no share. */
  Shares(NodeLook look, Predicate<Node> reached) {
    List<Node> all = look.nodes().stream().filter(Node::serves).toList();
    all.stream().filter(reached).forEach(node -> counts.put(node.id(), 0));
    String first = all.stream().map(Node::id).min(String::compareTo).orElse("");
    boolean half = counts.size() * 2 == all.size() && counts.containsKey(first);
    ours = half || counts.size() * 2 > all.size();
    Set<String> there = look.nodes().stream().map(Node::id).collect(Collectors.toSet());
    List<Placed> placed =
        look.projects().stream()
            .filter(each -> each.node() != null && there.contains(each.node()))
            .toList();
    placed.forEach(each -> counts.computeIfPresent(each.node(), (id, n) -> n + 1));
    total = look.projects().size();
    free = total - placed.size();
  }

  private int fair() {
    return (total + counts.size() - 1) / counts.size();
  }

  /** Tells how many a node may claim: no more than its fair share. */
  int claimable(String node) {
    Integer has = counts.get(node);
    return has == null || !ours ? 0 : Math.max(0, Math.min(free, fair() - has));
  }

  /** Tells whether a node has more than its fair share. */
  boolean above(String node) {
    return counts.getOrDefault(node, 0) > fair();
  }

  /** Gives who is to have one of a node's; null where all have about the same. */
  String heir(String node, boolean leaves) {
    int has = counts.getOrDefault(node, 0);
    return counts.keySet().stream()
        .filter(each -> !each.equals(node))
        .min(Comparator.<String>comparingInt(counts::get).thenComparing(each -> each))
        .filter(least -> leaves || has - counts.get(least) > 1)
        .orElse(null);
  }

  /** Counts one that a node gives to another. */
  void give(String from, String to) {
    counts.computeIfPresent(from, (id, n) -> n - 1);
    counts.computeIfPresent(to, (id, n) -> n + 1);
  }
}
