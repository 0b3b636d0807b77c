package org.dreamkeeper.node.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.postgres.NodeLook.Placed;
import org.junit.jupiter.api.Test;

/** Who is to have how many. */
final class SharesTest {
  private static Node node(String id, boolean serves) {
    return new Node(id, 1, serves, new JsonObject());
  }

  /** One project for each letter: its node; a dot for nobody, and x for one that is gone. */
  private static NodeLook look(String placed, Node... nodes) {
    List<Placed> projects = new ArrayList<>();
    for (int i = 0; i < placed.length(); i++) {
      String at = placed.substring(i, i + 1);
      projects.add(new Placed("p" + i, at.equals(".") ? null : at, 1));
    }
    return new NodeLook(true, List.of(nodes), projects);
  }

  private static int claimable(String placed, String node, Node... nodes) {
    return Shares.of(look(placed, nodes), each -> true).claimable(node);
  }

  @Test
  void eachClaimsItsShareOfWhatNobodyHas() {
    assertEquals(5, claimable(".....", "a", node("a", true)));
    assertEquals(3, claimable(".....", "a", node("a", true), node("b", true)));
    assertEquals(1, claimable("aabbxxx", "a", node("a", true), node("b", true), node("c", true)));
    assertEquals(3, claimable("aabbxxx", "c", node("a", true), node("b", true), node("c", true)));
    assertEquals(0, claimable("aaabb", "b", node("a", true), node("b", true)));
    assertEquals(0, claimable("...", "a", node("a", false), node("b", true)));
  }

  @Test
  void oneIsGivenToWhoHasFewerByTwo() {
    Node[] both = {node("a", true), node("b", true)};
    assertEquals("b", Shares.of(look("aaab", both), each -> true).heir("a", false));
    assertNull(Shares.of(look("aab", both), each -> true).heir("a", false));
    assertNull(Shares.of(look("aaab", both), each -> true).heir("b", false));
    assertEquals("a", Shares.of(look("aaab", both), each -> true).heir("b", true));
    Node[] draining = {node("a", true), node("b", false)};
    assertNull(Shares.of(look("aaa", draining), each -> true).heir("a", true));
  }

  @Test
  void whoIsNotReachedHasNoShareAndTheSmallerPartClaimsNothing() {
    Node[] three = {node("a", true), node("b", true), node("c", true)};
    Shares greater = Shares.of(look("......", three), each -> !each.id().equals("c"));
    assertEquals(3, greater.claimable("a"));
    Shares smaller = Shares.of(look("......", three), each -> each.id().equals("c"));
    assertEquals(0, smaller.claimable("c"));
    assertNull(Shares.of(look("aaa", three), each -> each.id().equals("a")).heir("a", false));
    Node[] two = {node("a", true), node("b", true)};
    assertEquals(2, Shares.of(look("..", two), each -> each.id().equals("a")).claimable("a"));
    assertEquals(0, Shares.of(look("..", two), each -> each.id().equals("b")).claimable("b"));
  }
}
