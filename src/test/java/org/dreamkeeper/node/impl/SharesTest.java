package org.dreamkeeper.node.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    return new Shares(look(placed, nodes), each -> true).claimable(node);
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
    assertEquals("b", new Shares(look("aaab", both), each -> true).heir("a", false));
    assertNull(new Shares(look("aab", both), each -> true).heir("a", false));
    assertNull(new Shares(look("aaab", both), each -> true).heir("b", false));
    assertEquals("a", new Shares(look("aaab", both), each -> true).heir("b", true));
    Node[] draining = {node("a", true), node("b", false)};
    assertNull(new Shares(look("aaa", draining), each -> true).heir("a", true));
  }

  @Test
  void whatIsGivenCounts() {
    Node[] three = {node("a", true), node("b", true), node("c", true)};
    Shares shares = new Shares(look("aaaaabb", three), each -> true);
    assertTrue(shares.above("a"));
    for (String heir : new String[] {"c", "c", "b"}) {
      assertEquals(heir, shares.heir("a", true));
      shares.give("a", heir);
    }
    assertFalse(shares.above("a"));
    assertNull(shares.heir("a", false));
  }

  @Test
  void whoIsNotReachedHasNoShareAndTheSmallerPartClaimsNothing() {
    Node[] three = {node("a", true), node("b", true), node("c", true)};
    Shares greater = new Shares(look("......", three), each -> !each.id().equals("c"));
    assertEquals(3, greater.claimable("a"));
    Shares smaller = new Shares(look("......", three), each -> each.id().equals("c"));
    assertEquals(0, smaller.claimable("c"));
    assertNull(new Shares(look("aaa", three), each -> each.id().equals("a")).heir("a", false));
    Node[] two = {node("a", true), node("b", true)};
    assertEquals(2, new Shares(look("..", two), each -> each.id().equals("a")).claimable("a"));
    assertEquals(0, new Shares(look("..", two), each -> each.id().equals("b")).claimable("b"));
  }
}
