package org.dreamkeeper.node.impl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.postgres.NodeLook.Node;

/**
 * Who is dead: a node whose beat did not move in {@link #LOOKS} looks after the one that saw it
 * first. The looks are successful ones, in a row, and at least a second apart; no clock but the
 * observer's own counts, and one that was paused, or saw nothing for a while, begins anew.
 */
final class Beats {
  static final int LOOKS = 4;

  private record Seen(long beat, int unmoved) {}

  private Map<String, Seen> seen = Map.of();

  /** Takes what a look has seen, and gives the dead. */
  List<Node> looked(List<Node> nodes, String self) {
    Map<String, Seen> next = new HashMap<>();
    List<Node> dead = new ArrayList<>();
    for (Node node : nodes) {
      Seen before = seen.get(node.id());
      int unmoved = before == null || before.beat() != node.beat() ? 0 : before.unmoved() + 1;
      next.put(node.id(), new Seen(node.beat(), unmoved));
      if (unmoved >= LOOKS && !node.id().equals(self)) {
        dead.add(node);
      }
    }
    seen = next;
    return dead;
  }

  /** A look has failed. */
  void blind() {
    seen = Map.of();
  }
}
