package org.dreamkeeper.lock.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dreamkeeper.lock.impl.LockRules.Ask.Acquire;
import org.dreamkeeper.store.LockRecord;
import org.junit.jupiter.api.Test;

/** What is left of a lease after moves between nodes, whose clocks have nothing in common. */
final class KeptLeaseTest {
  private static final long MINUTE = 60_000;
  private static final long LEASE_MS = 30 * MINUTE;
  private static final long NANOS = 1_000_000;

  private static Moment a(long ms) {
    return new Moment(1_000_000 + ms, 7_000_000_000L + ms * NANOS);
  }

  /** Years behind, and its monotonic clock began elsewhere. */
  private static Moment b(long ms) {
    return new Moment(10 + ms, Long.MAX_VALUE - 5 + ms * NANOS);
  }

  private static Lease granted() {
    Acquire ask = new Acquire("me", LEASE_MS, "home");
    LockRecord record = Lease.record(ask, 7, "i", null, a(0).millis());
    return Lease.begin(record.at(new LockRecord.Home("home", 0, null)), "home", a(0));
  }

  @Test
  void whatWasSpentIsNotGivenAgainByAMove() {
    LockRecord left = granted().noted(a(10 * MINUTE)).record();
    assertEquals(10 * MINUTE, left.home().spentMs());
    Lease moved = Lease.goingOn(left, "j", b(0));
    assertEquals(20 * MINUTE, moved.remainingMs(b(0)));
    assertEquals(b(20 * MINUTE).millis(), moved.record().expiresAt());
    assertFalse(moved.expired(b(20 * MINUTE - 1)));
    assertTrue(moved.expired(b(20 * MINUTE)));
    assertEquals("home", moved.home());
    assertTrue(moved.holds(7));
  }

  @Test
  void eachMoveGoesOnFromWhatWasWritten() {
    Lease first = Lease.goingOn(granted().noted(a(10 * MINUTE)).record(), "j", b(0));
    Lease second = Lease.goingOn(first.noted(b(5 * MINUTE)).record(), "k", a(0));
    assertEquals(15 * MINUTE, second.remainingMs(a(0)));
    // What came after the last note is the holder's: never less, at most as long as notes are
    // apart.
    Lease third = Lease.goingOn(second.noted(a(MINUTE)).record(), "l", b(0));
    assertEquals(14 * MINUTE, third.remainingMs(b(0)));
  }

  @Test
  void aRenewalBeginsAnewAndOneThatRanOutIsNotNegative() {
    Lease moved = Lease.goingOn(granted().noted(a(10 * MINUTE)).record(), "j", b(0));
    Lease renewed = moved.renewed(LEASE_MS, b(MINUTE));
    assertEquals(0, renewed.noted(b(MINUTE)).record().home().spentMs());
    assertEquals(LEASE_MS, renewed.remainingMs(b(MINUTE)));
    LockRecord over = renewed.noted(b(100 * MINUTE)).record();
    assertEquals(LEASE_MS, over.home().spentMs());
    assertTrue(Lease.goingOn(over, "k", a(0)).expired(a(0)));
  }
}
