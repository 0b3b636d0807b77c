package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
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

  /** What one takes beside its reply: the id, the fingerprint, a place in a map. */
  private static final long REPLY_BYTES = 1_024;

  /** The first request with an id. */
  interface First {
    String action();

    /** Gives what a repeated request has to be; fails if that was refused before it was known. */
    Future<String> fingerprint();

    /** Lets a repeated request have the same answer, now or later. */
    void answer(Request repeated);
  }

  private record UnderWay(Request request) implements First {
    @Override
    public String action() {
      return request.action();
    }

    @Override
    public Future<String> fingerprint() {
      return request.fingerprint();
    }

    @Override
    public void answer(Request repeated) {
      repeated.follow(request);
    }
  }

  private record Answered(String action, Future<String> fingerprint, Answer reply, long bytes)
      implements First {
    static Answered of(Request request, Answer reply) {
      // A future of its own: the one of the check may hold on to what it came from.
      return new Answered(
          request.action(),
          Future.succeededFuture(request.fingerprint().result()),
          reply,
          REPLY_BYTES + BodyCheck.held(reply.body()));
    }

    @Override
    public void answer(Request repeated) {
      repeated.finish(reply);
    }
  }

  /** No more than the actor holds; not the oldest is forgotten, however many there are. */
  private final Map<String, UnderWay> underWay = new HashMap<>();

  private final Map<String, Answered> answered = new LinkedHashMap<>();
  private final long maxBytes;
  private long bytes;

  /**
   * Remembers nothing yet.
   *
   * @param maxBytes how large the answers are together; the latest is remembered in any case
   */
  RecentReplies(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Gives the first request with this one's id; null if it is that itself. */
  synchronized First begin(Request request) {
    UnderWay mine = new UnderWay(request);
    First first = underWay.putIfAbsent(request.requestId(), mine);
    if (first == null) {
      first = answered.get(request.requestId());
      if (first != null) {
        underWay.remove(request.requestId(), mine);
      }
    }
    return first;
  }

  /** Takes an answer in the place of what was under way, unless that may be tried again. */
  void answered(Request request, Answer answer) {
    String id = request.requestId();
    synchronized (this) {
      UnderWay first = underWay.get(id);
      if (first == null || first.request() != request) {
        return;
      }
    }
    Answered done = Answered.of(request, answer);
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
