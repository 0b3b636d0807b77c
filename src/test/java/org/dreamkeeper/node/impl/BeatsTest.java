package org.dreamkeeper.node.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.junit.jupiter.api.Test;

/** Who counts as dead. */
final class BeatsTest {
  private final Beats beats = new Beats();

  private static Node node(String id, long beat) {
    return new Node(id, beat, true, new JsonObject());
  }

  private List<String> looked(Node... nodes) {
    return beats.looked(List.of(nodes), "me").stream().map(Node::id).toList();
  }

  @Test
  void whoseBeatDoesNotMoveInFourLooksAfterTheFirstIsDead() {
    for (int look = 0; look <= 3; look++) {
      assertEquals(List.of(), looked(node("a", 5), node("b", look)));
    }
    assertEquals(List.of("a"), looked(node("a", 5), node("b", 4)));
  }

  @Test
  void eachBeatBeginsTheCountAnew() {
    for (int look = 0; look < 20; look++) {
      assertEquals(List.of(), looked(node("a", look / 4)));
    }
  }

  @Test
  void whoSawNothingForAWhileBeginsAnew() {
    for (int look = 0; look <= 3; look++) {
      looked(node("a", 5));
    }
    beats.blind();
    for (int look = 0; look <= 3; look++) {
      assertEquals(List.of(), looked(node("a", 5)));
    }
    assertEquals(List.of("a"), looked(node("a", 5)));
  }

  @Test
  void nobodyTakesHimselfForDead() {
    for (int look = 0; look < 10; look++) {
      assertEquals(List.of(), looked(node("me", 5)));
    }
  }
}
