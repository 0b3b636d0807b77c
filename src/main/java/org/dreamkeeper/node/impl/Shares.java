package org.dreamkeeper.node.impl;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.postgres.NodeLook.Placed;

/**
 * How the projects are spread over the nodes that take some.
 *
 * @param counts how many each of those has
 * @param free which nobody has
 * @param total how many there are
 * @param ours whether the nodes that reach each other here may have them: the greater part does
 */
record Shares(Map<String, Integer> counts, Set<String> free, int total, boolean ours) {

  /** Counts; a node that is not reached on the bus has no share. */
  static Shares of(NodeLook look, Predicate<Node> reached) {
    Map<String, Integer> counts = new HashMap<>();
    List<Node> all = look.nodes().stream().filter(Node::serves).toList();
    all.stream().filter(reached).forEach(node -> counts.put(node.id(), 0));
    String first = all.stream().map(Node::id).min(String::compareTo).orElse("");
    boolean half = counts.size() * 2 == all.size() && counts.containsKey(first);
    boolean ours = half || counts.size() * 2 > all.size();
    Set<String> there = look.nodes().stream().map(Node::id).collect(Collectors.toSet());
    look.projects().stream()
        .filter(each -> each.node() != null)
        .forEach(each -> counts.computeIfPresent(each.node(), (id, n) -> n + 1));
    Set<String> free =
        look.projects().stream()
            .filter(each -> each.node() == null || !there.contains(each.node()))
            .map(Placed::name)
            .collect(Collectors.toSet());
    return new Shares(counts, free, look.projects().size(), ours);
  }

  /** Tells how many a node may claim: no more than its fair share. */
  int claimable(String node) {
    Integer has = counts.get(node);
    if (has == null || free.isEmpty() || !ours) {
      return 0;
    }
    return Math.min(free.size(), (total + counts.size() - 1) / counts.size() - has);
  }

  /** Gives who is to have one of a node's; null where all have about the same. */
  String heir(String node, boolean leaves) {
    int has = counts.getOrDefault(node, 0);
    List<String> others =
        counts.keySet().stream()
            .filter(each -> !each.equals(node))
            .sorted()
            .sorted((a, b) -> counts.get(a) - counts.get(b))
            .toList();
    return others.isEmpty() || (!leaves && has - counts.get(others.get(0)) < 2)
        ? null
        : others.get(0);
  }
}
