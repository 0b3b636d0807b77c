package org.dreamkeeper.bus;

import io.vertx.core.eventbus.Message;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was asked with a {@code requestId} and is under way, or was answered lately: a caller whose
 * reply was lost asks again, gets the same reply, and nothing is done twice. Safe from any thread.
 */
final class RecentReplies {
  /** How many answers are remembered. */
  static final int MAX_REMEMBERED = 1_000;

  /** How large they are together, in bytes of JSON text; the latest is remembered in any case. */
  static final long MAX_BYTES = 32 << 20;

  private record UnderWay(String action, Request request) {}

  private record Answered(String action, Answer answer, long bytes) {}

  /** No more than the actor holds; not the oldest is forgotten, however many there are. */
  private final Map<String, UnderWay> underWay = new HashMap<>();

  private final Map<String, Answered> answered = new LinkedHashMap<>();
  private long bytes;

  /**
   * Answers a repeated request, now or when the first one is answered.
   *
   * @return whether there was a first one
   * @throws DreamkeeperException INVALID_REQUEST if the id was another action's
   */
  boolean repeats(String id, String action, Message<?> asker) {
    UnderWay first;
    Answered done;
    synchronized (this) {
      first = underWay.get(id);
      done = answered.get(id);
    }
    if (first != null) {
      checkAction(id, first.action(), action);
      first.request().join(asker);
    } else if (done != null) {
      checkAction(id, done.action(), action);
      done.answer().send(asker);
    }
    return first != null || done != null;
  }

  private static void checkAction(String id, String first, String action) {
    if (!first.equals(action)) {
      throw new DreamkeeperException(
          FailureCode.INVALID_REQUEST,
          "header requestId " + Values.show(id) + " was used before, for " + first);
    }
  }

  synchronized void begun(String id, String action, Request request) {
    underWay.put(id, new UnderWay(action, request));
  }

  /** Takes an answer in the place of what was under way, unless that may be tried again. */
  void answered(String id, String action, Answer answer) {
    Answered done = new Answered(action, answer, BodyCheck.bytes(answer.body()));
    synchronized (this) {
      underWay.remove(id);
      if (answer.kept()) {
        answered.put(id, done);
        bytes += done.bytes();
        forgetOldest();
      }
    }
  }

  private void forgetOldest() {
    Iterator<Answered> oldest = answered.values().iterator();
    while (answered.size() > MAX_REMEMBERED || (bytes > MAX_BYTES && answered.size() > 1)) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  synchronized void forget(String id) {
    Answered done = answered.remove(id);
    bytes -= done == null ? 0 : done.bytes();
  }
}
