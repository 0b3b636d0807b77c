package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.ErrorText;

/**
 * What was asked with a {@code requestId} and is under way, or was answered lately: a caller whose
 * reply was lost asks again, gets the same reply, and nothing is done twice. Safe from any thread.
 *
 * <p>Where gateways ask, an answer is held until its gateway says that it is done with that id,
 * however many come after it; for {@link #HELD_NANOS} at most, for a gateway may be gone. Only then
 * it is one of those of which the latest are remembered.
 *
 * <p>What a store has kept of the replies of earlier deployments is {@code {requestId, action,
 * hash, reply?, anew?}}, or {@code {requestId}} alone for one to be forgotten.
 */
final class RecentReplies {
  /** How many answers are remembered. */
  static final int MAX_REMEMBERED = 1_000;

  /** Longer than a gateway asks again for an answer. */
  static final long HELD_NANOS = 600_000_000_000L;

  /** What one takes beside its reply: the id, the fingerprint, a place in a map. */
  private static final long REPLY_BYTES = 1_024;

  /** An answer; {@code anew} is one of an earlier deployment, on which the actor bases its own. */
  private record Answered(
      String action, String fingerprint, Answer reply, long bytes, boolean anew, long atNanos) {
    Answered at(long nanos) {
      return new Answered(action, fingerprint, reply, bytes, anew, nanos);
    }
  }

  /** No more than the actor holds; not the oldest is forgotten, however many there are. */
  private final Map<String, Request> underWay = new HashMap<>();

  private final Map<String, Answered> answered = new LinkedHashMap<>();
  private final Map<String, Answered> held = new LinkedHashMap<>();
  private final Time time;
  private final long maxBytes;
  private final boolean holds;
  private long bytes;

  /**
   * Remembers nothing yet; the latest answer is remembered in any case, however large.
   *
   * @param holds whether gateways ask, and say what they are done with
   */
  RecentReplies(Time time, long maxBytes, boolean holds) {
    this.time = time;
    this.maxBytes = maxBytes;
    this.holds = holds;
  }

  static JsonObject kept(Request request, JsonObject reply, boolean anew) {
    return forgotten(request)
        .put("action", request.action())
        .put("hash", request.checked().result())
        .put("reply", reply)
        .put("anew", anew);
  }

  static JsonObject forgotten(Request request) {
    return new JsonObject().put("requestId", request.requestId());
  }

  /** Remembers what a store has kept, the oldest first. */
  synchronized void restore(List<KeptReply> all) {
    for (KeptReply one : all) {
      JsonObject kept = one.reply();
      String id = kept.getString("requestId");
      forget(id);
      if (kept.containsKey("hash")) {
        Answer answer = Answer.reply(kept.getJsonObject("reply"), Map.of());
        remember(
            id,
            kept.getString("action"),
            kept.getString("hash"),
            answer,
            kept.getBoolean("anew"),
            one.ageMs());
      }
    }
  }

  /** Tells whether a request with that id was answered. */
  synchronized boolean has(String id) {
    return find(id) != null;
  }

  private Answered find(String id) {
    Answered one = held.get(id);
    return one == null ? answered.get(id) : one;
  }

  /** Hears from a gateway that it does not ask for these again. */
  synchronized void done(Iterable<?> ids) {
    for (Object id : ids) {
      release(id.toString());
    }
    forgetOldest();
  }

  private void release(String id) {
    Answered one = held.remove(id);
    if (one != null) {
      answered.put(id, one);
    }
  }

  /** Names those that must not be forgotten yet. */
  synchronized Set<String> held() {
    return Set.copyOf(held.keySet());
  }

  /**
   * Takes note of a request. Completes when it may be carried out, which a repeated one is not: it
   * has its answer then, follows the first one, or is {@link Request#repeated}.
   */
  Future<Void> begin(Request request) {
    String id = request.requestId();
    Request first;
    Answered done;
    synchronized (this) {
      done = find(id);
      if (held.remove(id) != null) {
        held.put(id, done.at(time.nanos()));
      }
      first = done == null ? underWay.putIfAbsent(id, request) : null;
    }
    if (done != null) {
      Future<String> known = Future.succeededFuture(done.fingerprint());
      Runnable answer =
          done.anew() ? () -> request.repeats(done.reply()) : () -> request.finish(done.reply());
      return repeat(request, done.action(), known, answer);
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
    synchronized (this) {
      if (underWay.remove(request.requestId(), request) && answer.kept()) {
        String fingerprint = request.checked().result();
        // What can be made of what stands then, need not be held.
        Answer kept = holds && answer.failure() == null ? request.anew() : null;
        remember(
            request.requestId(),
            request.action(),
            fingerprint,
            kept == null ? answer : kept,
            kept != null,
            0);
      }
    }
  }

  private void remember(
      String id, String action, String fingerprint, Answer answer, boolean anew, long ageMs) {
    long size = REPLY_BYTES + BodyCheck.held(answer.body());
    long now = time.nanos();
    long at = now - TimeUnit.MILLISECONDS.toNanos(ageMs);
    (holds ? held : answered).put(id, new Answered(action, fingerprint, answer, size, anew, at));
    bytes += size;
    while (!held.isEmpty()) {
      Map.Entry<String, Answered> oldest = held.entrySet().iterator().next();
      if (now - oldest.getValue().atNanos() <= HELD_NANOS) {
        break;
      }
      release(oldest.getKey());
    }
    forgetOldest();
  }

  private void forgetOldest() {
    Iterator<Answered> oldest = answered.values().iterator();
    while (answered.size() > MAX_REMEMBERED
        || (bytes > maxBytes && answered.size() > (held.isEmpty() ? 1 : 0))) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  synchronized void forget(String id) {
    Answered done = held.remove(id);
    done = done == null ? answered.remove(id) : done;
    bytes -= done == null ? 0 : done.bytes();
  }
}
