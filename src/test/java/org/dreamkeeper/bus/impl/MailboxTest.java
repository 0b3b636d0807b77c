package org.dreamkeeper.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** The order of an actor by itself: no bus, no disk, and time stands still. */
final class MailboxTest {
  private static final Future<Void> VALID = Future.succeededFuture();
  private static final long NOW = 1_795_392_000_000L;

  private final ManualTime time = new ManualTime(NOW);
  private final Askers askers = new Askers(time);
  private final Map<String, String> answers = askers.answers();
  private final List<String> begun = new ArrayList<>();
  private Promise<Void> end = Promise.promise();
  private long silentSince = Long.MAX_VALUE;
  private final Mailbox mailbox =
      new Mailbox(time, this::silentMs, 10, (first, next) -> true, this::process);

  private long silentMs() {
    return silentSince == Long.MAX_VALUE ? 0 : (time.nanos() - silentSince) / 1_000_000;
  }

  private Future<Void> process(List<Request> batch) {
    begun.add(String.join(" ", batch.stream().map(Request::action).toList()));
    end = Promise.promise();
    return end.future()
        .onSuccess(done -> batch.forEach(request -> request.reply(new JsonObject())));
  }

  private void add(String name) {
    add(name, null, VALID);
  }

  private void add(String name, Long deadline, Future<Void> checked) {
    mailbox.add(request(name, deadline), checked);
  }

  private Request request(String name, Long deadline) {
    return askers.request(name, deadline == null ? Map.of() : Map.of("deadline", "" + deadline));
  }

  @Test
  void whatQueuesUpIsTheNextBatchInOrder() {
    add("a");
    add("b");
    add("c");
    assertEquals(List.of("a"), begun);
    end.complete();
    assertEquals(List.of("a", "b c"), begun);
    end.complete();
    assertEquals("{a=done, b=done, c=done}", answers.toString());
    assertEquals(0, time.pending());
  }

  @Test
  void aRequestThatIsStillCheckedKeepsItsPlace() {
    Promise<Void> check = Promise.promise();
    add("a", null, check.future());
    add("b");
    assertEquals(List.of(), begun);
    check.complete();
    assertEquals(List.of("a b"), begun);
  }

  @Test
  void aTaskIsAloneInItsTurn() {
    List<String> tasks = new ArrayList<>();
    add("a");
    Future<String> task =
        mailbox.run(
            () -> {
              tasks.add(String.join(",", begun));
              return Future.failedFuture("task");
            });
    add("b");
    end.complete();
    assertEquals(List.of("a"), tasks);
    assertEquals("task", task.cause().getMessage());
    assertEquals(List.of("a", "b"), begun);
  }

  @Test
  void aTaskIsNotTakenTogetherWithWhatStandsBeforeIt() {
    List<String> tasks = new ArrayList<>();
    add("a");
    add("b");
    mailbox.run(() -> Future.succeededFuture(tasks.add(String.join(",", begun))));
    add("c");
    end.complete();
    end.complete();
    assertEquals(List.of("a,b"), tasks);
    assertEquals(List.of("a", "b", "c"), begun);
  }

  @Test
  void aRequestIsAnsweredAtItsDeadlineWhateverItWaitsFor() {
    Promise<Void> check = Promise.promise();
    add("a", NOW + 2_000, check.future());
    add("b", NOW + 3_000, VALID);
    add("c");
    time.advance(2_001);
    assertEquals("{a=DEADLINE_PASSED}", answers.toString());
    // Nothing stands before it any more.
    assertEquals(List.of("b c"), begun);
    time.advance(5_000);
    assertEquals("{a=DEADLINE_PASSED}", answers.toString());
    end.complete();
    assertEquals("{a=DEADLINE_PASSED, b=done, c=done}", answers.toString());
  }

  @Test
  void manyDeadlinesAreMetWithinATenthOfASecond() {
    add("a");
    for (int i = 0; i < 1_000; i++) {
      add("w" + i, NOW + 1_000 + i, VALID);
    }
    time.advance(1_500);
    assertTrue(answers.size() >= 399 && answers.size() <= 500, () -> answers.size() + " answers");
    time.advance(600);
    assertEquals(1_000, answers.size());
    assertEquals(List.of("a"), begun);
  }

  @Test
  void aCallThatIsOutForTenSecondsIsASilentDisk() {
    silentSince = time.nanos();
    add("a");
    add("b");
    time.advance(9_999);
    assertEquals("{}", answers.toString());
    time.advance(1);
    assertEquals("{a=STORAGE_FAILED, b=STORAGE_FAILED}", answers.toString());
    add("c");
    assertEquals("STORAGE_FAILED", answers.get("c"));
    silentSince = Long.MAX_VALUE;
    add("d");
    assertFalse(answers.containsKey("d"));
    end.complete();
    assertEquals(List.of("a", "d"), begun);
  }

  @Test
  void aDiskThatHasAnsweredIsNotTakenForSilentAtOnceAgain() {
    silentSince = time.nanos();
    add("a");
    time.advance(10_000);
    assertEquals("{a=STORAGE_FAILED}", answers.toString());
    end.complete();
    // Another's call is out, as it was before.
    add("b");
    assertEquals(List.of("a", "b"), begun);
    time.advance(9_000);
    assertEquals("{a=STORAGE_FAILED}", answers.toString());
  }

  @Test
  void whoWaitsForACheckHearsOfASilentDisk() {
    silentSince = time.nanos();
    add("a", null, Promise.<Void>promise().future());
    add("b");
    time.advance(10_000);
    assertEquals("{a=STORAGE_FAILED, b=STORAGE_FAILED}", answers.toString());
    assertEquals(List.of(), begun);
  }

  @Test
  void longWorkIsNoSilence() {
    add("a");
    add("b");
    for (int call = 0; call < 20; call++) {
      silentSince = time.nanos();
      time.advance(9_000);
    }
    silentSince = Long.MAX_VALUE;
    time.advance(60_000);
    assertEquals("{}", answers.toString());
    end.complete();
    assertEquals(List.of("a", "b"), begun);
  }

  @Test
  void anothersSilentCallIsNotWaitedForByWhoHasJustCome() {
    add("a");
    silentSince = time.nanos();
    time.advance(8_000);
    end.complete();
    add("b");
    time.advance(9_000);
    assertEquals("{a=done}", answers.toString());
    time.advance(1_000);
    assertEquals("{a=done, b=STORAGE_FAILED}", answers.toString());
  }

  @Test
  void aBatchThatDiesByAnErrorEndsAndTheNextBegins() {
    add("a");
    add("b");
    end.fail(new NoClassDefFoundError("test"));
    assertEquals("{a=INTERNAL}", answers.toString());
    assertEquals(List.of("a", "b"), begun);
    end.complete();
    assertEquals("{a=INTERNAL, b=done}", answers.toString());
  }

  @Test
  void aBatchThatCannotBeginEndsAndTheNextBegins() {
    List<String> tried = new ArrayList<>();
    Mailbox broken =
        new Mailbox(
            time,
            () -> 0,
            1,
            (first, next) -> true,
            batch -> {
              tried.add(batch.get(0).action());
              if (tried.size() < 3) {
                throw new OutOfMemoryError("test");
              }
              return null;
            });
    for (String name : List.of("a", "b", "c")) {
      broken.add(request(name, null), VALID);
    }
    assertEquals(List.of("a", "b", "c"), tried);
    assertEquals("{a=INTERNAL, b=INTERNAL, c=INTERNAL}", answers.toString());
  }

  @Test
  void anAnswerThatDiesByAnErrorIsOneAndTheNextBatchBegins() {
    add("deaf1");
    add("deaf2");
    add("b");
    end.complete();
    end.complete();
    assertEquals("{b=done, deaf1=INTERNAL, deaf2=INTERNAL}", answers.toString());
  }

  @Test
  void aLogThatDiesByAnErrorKeepsNobodyFromHisAnswer() {
    LoggerContext log = (LoggerContext) LoggerFactory.getILoggerFactory();
    log.addTurboFilter(
        new TurboFilter() {
          @Override
          public FilterReply decide(
              Marker marker,
              Logger logger,
              Level level,
              String format,
              Object[] arguments,
              Throwable failure) {
            if (level == Level.ERROR) {
              throw new NoClassDefFoundError("test");
            }
            return FilterReply.NEUTRAL;
          }
        });
    try {
      add("a");
      add("deaf");
      add("b");
      end.fail(new IllegalStateException("test"));
    } catch (NoClassDefFoundError unlogged) {
      // Whose it is, is not the actor's to say.
    } finally {
      log.resetTurboFilterList();
    }
    assertEquals(List.of("a", "deaf b"), begun);
    end.complete();
    assertEquals("{a=INTERNAL, b=done, deaf=INTERNAL}", answers.toString());
  }

  @Test
  void whatWasNotCheckedIsNeverCarriedOut() {
    Promise<Void> check = Promise.promise();
    add("a", null, check.future());
    add("b");
    check.fail(new StackOverflowError("test"));
    assertEquals("{a=INTERNAL}", answers.toString());
    assertEquals(List.of("b"), begun);
  }

  @Test
  void itIsDrainedWhenNothingIsLeft() {
    add("a");
    add("b");
    Future<Void> drained = mailbox.drained();
    end.complete();
    assertFalse(drained.isComplete());
    end.complete();
    assertTrue(drained.succeeded());
    assertEquals(0, time.pending());
  }

  @Test
  void whoHasWaitedUntilItIsDrainedMayDoALastThing() {
    add("a");
    Future<String> last =
        mailbox.drained().compose(drained -> mailbox.run(() -> Future.succeededFuture("last")));
    end.complete();
    assertEquals("last", last.result());
  }

  @Test
  void aSilentDiskKeepsNobodyFromDraining() {
    silentSince = time.nanos();
    add("a");
    mailbox.run(() -> Promise.<Void>promise().future());
    Future<Void> drained = mailbox.drained();
    time.advance(9_999);
    assertFalse(drained.isComplete());
    time.advance(1);
    assertTrue(drained.succeeded());
    assertEquals("{a=STORAGE_FAILED}", answers.toString());
    assertTrue(mailbox.drained().succeeded());
  }

  @Test
  void batchesThatEndAtOnceAreNotNested() {
    List<String> done = new ArrayList<>();
    Mailbox quick =
        new Mailbox(
            time,
            () -> 0,
            1,
            (first, next) -> true,
            batch -> {
              done.add(batch.get(0).action());
              return Future.succeededFuture();
            });
    Promise<Void> check = Promise.promise();
    for (int i = 0; i < 20_000; i++) {
      quick.add(request("a", null), check.future());
    }
    check.complete();
    assertEquals(20_000, done.size());
  }
}
