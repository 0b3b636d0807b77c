package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;

/** Lets so many do something at a time; the others stand in line, for a while. */
final class Turns {
  private final Vertx vertx;
  private final int patienceMs;

  /** Guarded by this, as the number. */
  private final Deque<Promise<Void>> waiting = new ArrayDeque<>();

  private int free;

  Turns(Vertx vertx, int patienceMs, int number) {
    this.vertx = vertx;
    this.patienceMs = patienceMs;
    this.free = number;
  }

  /** Completes when it is one's turn. */
  Future<Void> take() {
    Promise<Void> turn = Promise.promise();
    synchronized (this) {
      if (free > 0) {
        free--;
        return Future.succeededFuture();
      }
      waiting.add(turn);
    }
    String late = "all connections wait for answers";
    long timer =
        vertx.setTimer(patienceMs, end -> turn.tryFail(new DatabaseFailure(Kind.UNSENT, late)));
    return turn.future().onComplete(end -> vertx.cancelTimer(timer));
  }

  /** Gives one's turn to who has waited longest, and waits still. */
  void give() {
    Promise<Void> next;
    do {
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          free++;
          return;
        }
      }
    } while (!next.tryComplete());
  }
}
