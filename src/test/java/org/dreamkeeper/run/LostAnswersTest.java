package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Place;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.state.DreamState;
import org.junit.jupiter.api.Test;

/** A client's writes before a host whose answers are lost, or that starts again. */
final class LostAnswersTest extends RunTestBase {
  /** How long a client pauses where nobody serves, the first time. */
  private static final long FIRST_PAUSE_MS = 50;

  private void loseTheFirstReplyTo(String action) {
    AtomicInteger replies = new AtomicInteger();
    wire.swallowReplyTo(name -> name.endsWith(" " + action) && replies.getAndIncrement() == 0);
  }

  @Test
  void areDoneOnce() {
    loseTheFirstReplyTo("incrementCurationCount");
    assertEquals(6, await(keeper.state().incrementCurationCount()).curationsSinceDream());
    assertEquals(6, state().curationsSinceDream());
    assertEquals(3, wire.count("dream.state incrementCurationCount"), "one was before");
  }

  @Test
  void alsoWhereTheLockIsAskedFor() {
    loseTheFirstReplyTo("tryAcquire");
    Acquisition answer = await(keeper.lock().acquire(new AcquireOptions()));
    assertTrue(answer instanceof Acquisition.Acquired, answer.toString());
    assertTrue(lock().held());
  }

  @Test
  void areInDoubtWhereNoneEverComes() {
    wire.swallowReplyTo(name -> name.endsWith(" incrementCurationCount"));
    Dreamkeeper hasty = Keepers.client(vertx, "dream", 500, time);
    Future<DreamState> lost = hasty.state().incrementCurationCount();
    DreamkeeperException why =
        (DreamkeeperException) assertThrows(Served.Failed.class, () -> await(lost)).getCause();
    assertTrue(why.inDoubt());
    assertEquals(
        "in doubt: no answer to incrementCurationCount at dream.state within 500 ms, it may have"
            + " been carried out; look before another try",
        why.getMessage());
    wire.mend();
    assertEquals(6, state().curationsSinceDream());
  }

  @Test
  void areNotDoneAgainByAnotherInstance() {
    AtomicInteger asked = new AtomicInteger();
    // The answer of the first is lost, and the second comes when there is another host.
    wire.swallowReplyTo(name -> name.endsWith(" incrementCurationCount"));
    wire.swallow(
        name -> {
          if (name.endsWith(" incrementCurationCount") && asked.incrementAndGet() == 2) {
            wire.mend();
            wire.holdBack(name, () -> {});
          }
          return false;
        });
    Future<DreamState> write = keeper.state().incrementCurationCount();
    until(() -> asked.get() == 2);
    served.close();
    serve();
    wire.deliver();
    if (place == Place.POSTGRES) {
      assertEquals(6, await(write).curationsSinceDream(), "it is remembered there");
    } else {
      DreamkeeperException why =
          (DreamkeeperException) assertThrows(Served.Failed.class, () -> await(write)).getCause();
      assertTrue(why.inDoubt());
    }
    assertEquals(6, state().curationsSinceDream());
  }

  @Test
  void waitForAHostThatStarts() {
    served.close();
    Future<DreamState> write = keeper.state().incrementCurationCount();
    until(() -> time.firesWithin(FIRST_PAUSE_MS));
    serve();
    time.leap(FIRST_PAUSE_MS);
    assertEquals(6, await(write).curationsSinceDream());
  }
}
