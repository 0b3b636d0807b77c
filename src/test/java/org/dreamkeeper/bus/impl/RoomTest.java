package org.dreamkeeper.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.Test;

/** What the requests of an actor hold together. */
final class RoomTest {
  private final Room room = new Room(1_000);

  private Room.Place place(long bytes) {
    Room.Place place = room.new Place();
    place.grow(bytes);
    return place;
  }

  private void full(Runnable grows) {
    DreamkeeperException refusal = assertThrows(DreamkeeperException.class, grows::run);
    assertEquals(FailureCode.BUSY, refusal.code());
  }

  @Test
  void isFullAtItsLimitUntilSomebodyLeaves() {
    Room.Place first = place(400);
    place(600);
    full(() -> place(1));
    first.leave();
    place(400);
    full(() -> place(1));
  }

  @Test
  void whoNeedsMoreTakesTheDifference() {
    Room.Place first = place(400);
    first.grow(700);
    first.grow(10);
    full(() -> first.grow(1_001));
    place(300);
    full(() -> place(1));
    first.leave();
    place(700);
  }

  @Test
  void whoHasLeftTakesNothing() {
    Room.Place gone = place(400);
    gone.leave();
    gone.leave();
    gone.grow(900);
    place(1_000);
    full(() -> place(1));
  }

  @Test
  void whoStaysForLongerMayHaveHalfOfIt() {
    Room.Place first = place(300);
    Room.Place second = place(300);
    assertTrue(first.park());
    assertTrue(first.park());
    assertFalse(second.park());
    first.leave();
    assertTrue(second.park());
  }
}
