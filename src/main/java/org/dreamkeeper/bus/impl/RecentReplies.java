package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dreamkeeper.bus.FailureCode;

/**
 * What was asked with a {@code requestId} and is under way, or was answered lately: a caller whose
 * reply was lost asks again, gets the same reply, and nothing is done twice. Safe from any thread.
 */
final class RecentReplies {
  /** How many answers are remembered. */
  static final int MAX_REMEMBERED = 1_000;

  /** What one takes beside its reply: the id, the fingerprint, a place in a map. */
  private static final long REPLY_BYTES = 1_024;

  private record Answered(String action, String fingerprint, Answer reply, long bytes) {}

  /** No more than the actor holds; not the oldest is forgotten, however many there are. */
  private final Map<String, Request> underWay = new HashMap<>();

  private final Map<String, Answered> answered = new LinkedHashMap<>();
  private final long maxBytes;
  private long bytes;

  /** Remembers nothing yet; the latest answer is remembered in any case, however large. */
  RecentReplies(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Takes note of a request. Completes when it may be carried out, which a repeated one is not: it
   * has its answer then, or follows the first one.
   */
  Future<Void> begin(Request request) {
    String id = request.requestId();
    Request first;
    Answered done;
    synchronized (this) {
      done = answered.get(id);
      first = done == null ? underWay.putIfAbsent(id, request) : null;
    }
    if (done != null) {
      Future<String> known = Future.succeededFuture(done.fingerprint());
      return repeat(request, done.action(), known, () -> request.finish(done.reply()));
    }
    return first == null
        ? request.checked().mapEmpty()
        : repeat(request, first.action(), first.checked(), () -> request.follow(first));
  }

  /** Answers a repeated request; the first one may have been refused before it was known. */
  private static Future<Void> repeat(
      Request request, String action, Future<String> known, Runnable answer) {
    return request
        .checked()
        .compose(
            fingerprint ->
                known.transform(
                    first -> {
                      if (fingerprint.equals(first.result())) {
                        answer.run();
                      } else {
                        request.fail(FailureCode.INVALID_REQUEST, taken(request, action));
                      }
                      return Future.succeededFuture();
                    }));
  }

  private static String taken(Request request, String action) {
    boolean sameAction = action.equals(request.action());
    return "header requestId "
        + ErrorText.show(request.requestId())
        + " was used before, "
        + (sameAction ? "with another body, token or revision" : "for " + action)
        + "; another request needs another one";
  }

  /** Takes an answer in the place of what was under way, unless that may be tried again. */
  void answered(Request request, Answer answer) {
    long held = answer.kept() ? REPLY_BYTES + BodyCheck.held(answer.body()) : 0;
    synchronized (this) {
      if (underWay.remove(request.requestId(), request) && answer.kept()) {
        String fingerprint = request.checked().result();
        answered.put(
            request.requestId(), new Answered(request.action(), fingerprint, answer, held));
        bytes += held;
        forgetOldest();
      }
    }
  }

  private void forgetOldest() {
    Iterator<Answered> oldest = answered.values().iterator();
    while (answered.size() > MAX_REMEMBERED || (bytes > maxBytes && answered.size() > 1)) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  synchronized void forget(String id) {
    Answered done = answered.remove(id);
    bytes -= done == null ? 0 : done.bytes();
  }
}
