package org.dreamkeeper.bus.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * An actor's order: what arrived first is carried out first, one batch at a time.
 *
 * <ol>
 *   <li>Requests queue up while a batch is under way; then all of them (up to the limit) that can
 *       be carried out together are the next batch.
 *   <li>A request whose checks are still going on keeps its place, and those behind it wait.
 *   <li>A task of the actor's own has its place in the order, too, and is alone in it.
 *   <li>What waits is answered at its deadline, also where its turn does not come.
 *   <li>A call to the store that has been out for {@link Patience#STALL_MS} is a store that does
 *       not answer: what has waited for as long is refused, as is what arrives, until the call
 *       returns. Long work is none.
 *   <li>Whatever a batch, a task or an answer meets, an Error too, the batch ends, each of its
 *       requests is answered, and the next one begins.
 * </ol>
 *
 * <p>Confined to the actor's event loop.
 */
public final class Mailbox {
  private static final Logger LOG = Log.of(Mailbox.class);

  private final Time time;
  private final StallWatch watch;
  private final RequestQueue queue;
  private final List<Promise<Void>> drainers = new ArrayList<>();
  private List<Request> batch = List.of();
  private Future<Boolean> underWay = Future.succeededFuture();
  private boolean running;

  /** When what is under way began, ns. */
  private long begunAt;

  /**
   * Makes an empty mailbox.
   *
   * @param silentMs for how long the oldest call to the store has been out, ms; 0 while none is
   * @param maxBatch how many requests are carried out together at most
   * @param together tells whether a request can be carried out with the first one of a batch
   * @param process carries out a batch and answers each of its requests; the next batch begins when
   *     its future is completed
   */
  public Mailbox(
      Time time,
      LongSupplier silentMs,
      int maxBatch,
      BiPredicate<Request, Request> together,
      Function<List<Request>, Future<Void>> process) {
    this.time = time;
    this.watch = new StallWatch(time, silentMs, this::look);
    this.queue = new RequestQueue(maxBatch, together, process);
  }

  /** Counts the requests that wait or are under way. */
  int size() {
    return queue.size() + batch.size();
  }

  /**
   * Queues a request; it is carried out once its checks have succeeded and its turn has come, and
   * refused with what they fail with.
   */
  void add(Request request, Future<Void> checked) {
    if (watch.stillStalled()) {
      request.fail(noAnswer(request));
      return;
    }
    rested();
    queue.add(request, checked);
    go();
    if (!checked.isComplete()) {
      checked.onComplete(end -> go());
    }
    if (someoneWaits()) {
      watch.lookAfter(request);
    }
  }

  /** Queues a task of the actor's own, which is carried out alone, in its turn. */
  public <T> Future<T> run(Supplier<Future<T>> task) {
    Promise<T> result = Promise.promise();
    // Who asked for it hears of its failure, and nobody else.
    Supplier<Future<Void>> work =
        () -> AsyncLoop.attempt(task).onComplete(result).<Void>mapEmpty().otherwiseEmpty();
    rested();
    queue.add(work);
    go();
    return result.future();
  }

  private void rested() {
    if (underWay.isComplete() && queue.isEmpty()) {
      watch.moved();
    }
  }

  /** Waits for what is under way now, not for what waits behind it; never fails. */
  public Future<Void> settled() {
    return underWay.<Void>mapEmpty().otherwiseEmpty();
  }

  /** Waits until nothing is left, or all is answered and the store does not answer. */
  Future<Void> drained() {
    Promise<Void> empty = Promise.promise();
    drainers.add(empty);
    go();
    if (!drainers.isEmpty()) {
      look();
    }
    return empty.future();
  }

  /** Carries out what there is to do, if that is not going on. */
  private void go() {
    if (running) {
      return;
    }
    running = true;
    AsyncLoop.whileTrue(this::next)
        .onComplete(
            end -> {
              running = false;
              if (end.failed()) {
                Log.failure(LOG, "a batch did not end as it should", end.cause());
                go();
              }
            });
  }

  /** Carries out the next batch; gives whether there may be another one. */
  private Future<Boolean> next() {
    RequestQueue.Batch next = queue.take();
    if (next != null) {
      return carryOut(next);
    }
    if (queue.isEmpty()) {
      watch.rest();
      // Who has waited for that may have something to be done last.
      release();
      return Future.succeededFuture(!queue.isEmpty());
    }
    return Future.succeededFuture(false);
  }

  private void release() {
    List<Promise<Void>> all = List.copyOf(drainers);
    drainers.clear();
    all.forEach(Promise::complete);
  }

  private Future<Boolean> carryOut(RequestQueue.Batch next) {
    batch = next.requests();
    begunAt = time.nanos();
    watch.moved();
    underWay =
        AsyncLoop.attempt(next.work())
            .transform(
                end -> {
                  batch = List.of();
                  watch.ended();
                  answerRest(next.requests(), end);
                  return Future.succeededFuture(true);
                });
    return underWay;
  }

  private static void answerRest(List<Request> ended, AsyncResult<Void> end) {
    String cause = end.failed() ? String.valueOf(end.cause()) : "it was left unanswered";
    for (Request request : ended) {
      if (request.forgotten()) {
        // What it has done before it failed is not known.
        request.failInDoubt(
            new DreamkeeperException(FailureCode.INTERNAL, request.action() + ": " + cause));
      }
    }
    if (end.failed()) {
      Log.failure(LOG, "a batch ended in an unexpected failure", end.cause());
    }
  }

  /** Tells how it goes on: {@code {queued, oldestMs, stalled}}; waits for nothing. */
  JsonObject figures() {
    boolean busy = !underWay.isComplete();
    long now = time.nanos();
    Stream<Request> all = Stream.concat(batch.stream(), queue.requests());
    long oldest = all.mapToLong(request -> now - request.arrivedAt()).max().orElse(0);
    return new JsonObject()
        .put("queued", queue.size() + (busy ? Math.max(1, batch.size()) : 0))
        .put("oldestMs", Math.max(oldest, busy ? now - begunAt : 0) / 1_000_000)
        .put("stalled", busy && watch.silent());
  }

  private boolean someoneWaits() {
    return !drainers.isEmpty()
        || queue.requests().findAny().isPresent()
        || !batch.stream().allMatch(Request::answered);
  }

  /** Answers whom waiting longer would not help. */
  private void look() {
    watch.rest();
    if (watch.stalls()) {
      stall();
      return;
    }
    queue.refuse(Request::overdue, RequestQueue::tooLate);
    go();
    if (someoneWaits()) {
      watch.lookAgain(
          queue.requests().mapToLong(Request::remainingNanos).min().orElse(Long.MAX_VALUE));
    }
  }

  private void stall() {
    // Whether the store will have done what was under way is not known: never do it twice.
    batch.forEach(request -> request.failInDoubt(noAnswer(request)));
    queue.refuse(request -> true, Mailbox::noAnswer);
    release();
    LOG.error(
        "the store has not answered for {} s; refusing requests until it does",
        Patience.STALL_MS / 1000);
  }

  private static DreamkeeperException noAnswer(Request request) {
    return new DreamkeeperException(
        FailureCode.STORAGE_FAILED,
        request.action() + ": no answer from the store for " + Patience.STALL_MS / 1000 + " s");
  }
}
