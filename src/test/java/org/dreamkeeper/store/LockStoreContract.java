package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.Keeping.Fault;
import org.dreamkeeper.store.LockStore.Swap;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;
import org.dreamkeeper.store.LockView.LockContent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store promises of the lock. */
abstract class LockStoreContract extends StoreContract {
  private static final Instant PRIOR = Instant.parse("2026-11-03T02:00:52.123456789Z");
  private static final Free NOTHING = new Free(null);
  private static final Held OURS = new Held(record(7, "me", PRIOR));
  private static final Held OTHER = new Held(record(8, null, null));

  private static LockRecord record(long token, String owner, Instant prior) {
    long pid = ProcessHandle.current().pid();
    return new LockRecord(pid, token, "an instance", owner, 1_000, 61_000, 60_000, prior, null);
  }

  private LockStore lock() {
    return store().lock();
  }

  private LockView seen() {
    return await(lock().view());
  }

  private void become(LockContent next) {
    Swap swap = await(lock().swap(seen(), next, Carried.NONE));
    assertEquals(new Swap(true, next), swap);
    assertEquals(next, seen());
  }

  @Test
  void whatNobodyHasIsFreeAndNobodyKnowsSinceWhen() {
    assertEquals(NOTHING, seen());
    assertEquals(NOTHING, seen());
  }

  static List<LockContent> contents() {
    return List.of(
        NOTHING,
        new Free(PRIOR),
        new Free(Instant.EPOCH),
        OURS,
        OTHER,
        new Held(record((1L << 53) - 1, "ö\"\\\n\u2028".repeat(50), Instant.EPOCH)));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void whatIsPutThereIsThereAlsoForTheNextClaimant(LockContent next) {
    become(next);
    reopened();
    assertEquals(next, seen());
    become(OTHER);
    become(next);
    become(NOTHING);
  }

  @ParameterizedTest
  @MethodSource("contents")
  void whatIsNotWhatWasSeenStays(LockContent is) {
    become(is);
    for (LockContent seen : contents()) {
      if (!seen.equals(is)) {
        assertEquals(
            new Swap(false, is),
            await(lock().swap(seen, new Held(record(9, "x", null)), Carried.NONE)));
        assertEquals(
            new Swap(false, is),
            await(lock().swap(seen, new Free(PRIOR.plusNanos(1)), Carried.NONE)));
        assertEquals(is, seen());
      }
    }
  }

  @Test
  void aRecordIsRenewed() {
    become(OURS);
    become(new Held(OURS.record().renewed(99_000, 90_000)));
    become(NOTHING);
  }

  @Test
  void whatIsRefusedLeavesTheOld() {
    become(OURS);
    keeping().changesAre(Fault.REFUSED);
    for (LockContent next : List.of(OTHER, new Free(PRIOR))) {
      StoreException refusal = refused(lock().swap(OURS, next, Carried.NONE));
      assertFalse(refusal.inDoubt());
      assertEquals(1, refusal.getMessage().lines().count());
      assertEquals(OURS, seen());
    }
    keeping().changesAre(Fault.NONE);
    become(OTHER);
  }

  @Test
  void whoeverHasLostTheClaimChangesNothing() {
    become(OURS);
    keeping().takeClaim();
    StoreException refusal = refused(lock().swap(OURS, new Free(PRIOR), Carried.NONE));
    assertEquals(FailureCode.NOT_SERVING, refusal.code());
    reopened();
    assertEquals(OURS, seen());
    assertTrue(await(lock().swap(OURS, NOTHING, Carried.NONE)).done());
  }
}
