package org.dreamkeeper.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;

/** Nothing is done twice that bears the same {@code requestId}. */
final class RecentRepliesTest {
  private final DreamkeeperException failure =
      new DreamkeeperException(FailureCode.STORAGE_FAILED, "test");

  private final ManualTime time = new ManualTime(1);
  private final Askers askers = new Askers(time);
  private final RecentReplies recent = new RecentReplies(time, 100_000, false);

  private Request request(String name, String id) {
    return request(name, "write", id, Future.succeededFuture("same"));
  }

  private Request request(String name, String action, String id, Future<String> fingerprint) {
    return askers.request(name, action, Map.of("requestId", id), fingerprint);
  }

  /** Ends a request as its actor does. */
  private void end(Request request, Answer answer) {
    recent.answered(request, answer);
    request.finish(answer);
  }

  private static Answer reply(Object value) {
    return Answer.reply(new JsonObject().put("a", value), Map.of());
  }

  /** Tells whether a request may be carried out. */
  private boolean begins(Request request) {
    return recent.begin(request).succeeded() && !request.answered();
  }

  @Test
  void whatIsRepeatedIsAnsweredAsTheFirstOneWas() {
    Request first = request("first", "1");
    assertTrue(begins(first));
    end(first, reply(1));
    assertFalse(begins(request("second", "1")));
    assertTrue(begins(request("another", "2")));
    assertEquals("{first={\"a\":1}, second={\"a\":1}}", askers.answers().toString());
  }

  @Test
  void whatIsRepeatedMeanwhileIsAnsweredAsTheFirstOneIs() {
    Request first = request("first", "1");
    assertTrue(begins(first));
    assertFalse(begins(request("second", "1")));
    assertEquals("{}", askers.answers().toString());
    end(first, reply(1));
    assertEquals("{first={\"a\":1}, second={\"a\":1}}", askers.answers().toString());
  }

  @Test
  void whatFailedWithoutEffectMayBeTriedAgainAndWhatIsInDoubtMayNot() {
    Request first = request("first", "1");
    assertTrue(begins(first));
    end(first, Answer.refusal(failure, false));
    Request again = request("again", "1");
    assertTrue(begins(again));
    end(again, Answer.refusal(failure, true));
    assertFalse(begins(request("third", "1")));
    assertEquals(
        "{again=STORAGE_FAILED, first=STORAGE_FAILED, third=STORAGE_FAILED}",
        askers.answers().toString());
  }

  @Test
  void anotherRequestIsRefusedWhetherTheFirstOneIsAnsweredOrNot() {
    Request first = request("first", "1");
    assertTrue(begins(first));
    for (String when : new String[] {"before", "after"}) {
      assertFalse(begins(request(when, "write", "1", Future.succeededFuture("other"))));
      assertEquals("INVALID_REQUEST", askers.answers().get(when));
      end(first, reply(1));
    }
  }

  @Test
  void aRepeatedRequestWaitsForBothChecks() {
    Promise<String> checked = Promise.promise();
    Promise<String> own = Promise.promise();
    Request first = request("first", "write", "1", checked.future());
    Request second = request("second", "write", "1", own.future());
    Future<Void> firstReady = recent.begin(first);
    Future<Void> secondReady = recent.begin(second);
    own.complete("same");
    assertFalse(firstReady.isComplete() || secondReady.isComplete());
    checked.complete("same");
    assertTrue(firstReady.succeeded() && secondReady.succeeded());
    assertFalse(first.answered());
    assertTrue(second.answered());
    end(first, reply(1));
    assertEquals("{first={\"a\":1}, second={\"a\":1}}", askers.answers().toString());
  }

  @Test
  void whatIsWrongIsNotCarriedOut() {
    Request wrong = request("wrong", "write", "1", Future.failedFuture(failure));
    assertTrue(recent.begin(wrong).failed());
    end(wrong, Answer.refusal(failure, false));
    assertTrue(begins(request("right", "1")));
  }

  private void answer(RecentReplies by, int first, int last) {
    for (int i = first; i <= last; i++) {
      Request request = request("r", "" + i);
      assertTrue(by.begin(request).succeeded());
      by.answered(request, reply("x".repeat(100)));
    }
  }

  @Test
  void whatAGatewayIsNotDoneWithIsHeldHoweverMuchComesAfterIt() {
    RecentReplies held = new RecentReplies(time, 100_000, true);
    answer(held, 0, 3_000);
    assertTrue(held.has("0") && held.has("3000"));
    held.done(List.of("0", "1", "never asked"));
    assertFalse(held.held().contains("0"));
    assertTrue(held.held().contains("2"));
    answer(held, 4_000, 4_100);
    assertFalse(held.has("0"));
    assertTrue(held.has("2"));
  }

  @Test
  void whatNoGatewayAsksForAnyMoreIsForgottenAfterAWhile() {
    RecentReplies held = new RecentReplies(time, 100_000, true);
    answer(held, 0, 2_000);
    time.advance(RecentReplies.HELD_NANOS / 1_000_000);
    assertFalse(held.begin(request("again", "1")).failed());
    time.advance(1);
    answer(held, 3_000, 3_200);
    assertFalse(held.has("0"));
    assertTrue(held.has("1"));
  }

  @Test
  void whatAnEarlierDeploymentAnsweredIsHeldToo() {
    Request first = request("first", "1");
    RecentReplies held = new RecentReplies(time, 100_000, true);
    held.restore(List.of(new KeptReply(RecentReplies.kept(first, new JsonObject(), false), 0)));
    answer(held, 2, 2_000);
    assertTrue(held.has("1"));
  }

  @Test
  void whatAnEarlierDeploymentAnsweredIsHeldNoLongerThanWhatThisOneDid() {
    RecentReplies held = new RecentReplies(time, 100_000, true);
    long longMs = RecentReplies.HELD_NANOS / 1_000_000;
    JsonObject old = RecentReplies.kept(request("first", "1"), new JsonObject(), false);
    JsonObject late = RecentReplies.kept(request("second", "2"), new JsonObject(), false);
    held.restore(List.of(new KeptReply(old, longMs), new KeptReply(late, longMs - 1)));
    assertEquals(Set.of("1", "2"), held.held());
    time.advance(1);
    answer(held, 3, 3);
    assertEquals(Set.of("2", "3"), held.held());
  }

  @Test
  void theOldestIsForgottenBeyondAThousand() {
    RecentReplies many = new RecentReplies(time, 1 << 30, false);
    answer(many, 0, RecentReplies.MAX_REMEMBERED);
    Request oldest = request("oldest", "0");
    Request next = request("next", "1");
    assertTrue(many.begin(oldest).succeeded() && many.begin(next).succeeded());
    assertFalse(oldest.answered());
    assertTrue(next.answered());
  }

  @Test
  void theOldestAreForgottenBeyondTheirBytesButNeverTheLatest() {
    for (int i = 1; i <= 3; i++) {
      Request request = request("r" + i, "" + i);
      assertTrue(begins(request));
      end(request, reply("x".repeat(60_000 * i)));
      assertFalse(begins(request("again", "" + i)));
      assertTrue(i == 1 || begins(request("old", "" + (i - 1))));
    }
  }

  @Test
  void whatNobodyHeardIsForgotten() {
    Request first = request("first", "1");
    assertTrue(begins(first));
    end(first, reply(1));
    recent.forget("1");
    recent.forget("2");
    assertTrue(begins(request("again", "1")));
  }
}
