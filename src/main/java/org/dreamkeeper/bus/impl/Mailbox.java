package org.dreamkeeper.bus.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
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
 *   <li>A call to the disk that has been out for {@link #STALL_MS} is a disk that does not answer:
 *       what has waited for as long is refused, as is what arrives, until the call returns. Long
 *       work is none.
 *   <li>Whatever a batch, a task or an answer meets, an Error too, the batch ends, each of its
 *       requests is answered, and the next one begins.
 * </ol>
 *
 * <p>Confined to the actor's event loop.
 */
public final class Mailbox {
  /** How long a call to the disk may be out before requests are refused, ms. */
  public static final long STALL_MS = 10_000;

  /** How often at most all that waits is looked at, ms. */
  private static final long LOOK_MS = 100;

  private static final long NANOS_PER_MS = 1_000_000;

  private static final Logger LOG = Log.of(Mailbox.class);

  /** A request, or a task of the actor's own. */
  private record Item(Request request, Future<Void> checked, Supplier<Future<Void>> task) {}

  private final Time time;
  private final LongSupplier silentMs;
  private final int maxBatch;
  private final BiPredicate<Request, Request> together;
  private final Function<List<Request>, Future<Void>> process;
  private final Deque<Item> queue = new ArrayDeque<>();
  private final List<Promise<Void>> drainers = new ArrayList<>();
  private List<Request> batch = List.of();
  private boolean pumping;
  private boolean busy;
  private boolean stalled;

  /** When the last step was made: a batch began or ended, or something came after a rest. */
  private long movedAt;

  private long lookedAt;
  private final Alarm alarm;
  private Promise<Void> settled = Promise.promise();

  /**
   * Makes an empty mailbox.
   *
   * @param time for deadlines and the stall watch
   * @param silentMs for how long the oldest call to the disk has been out, ms; 0 while none is
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
    this.silentMs = silentMs;
    this.maxBatch = maxBatch;
    this.together = together;
    this.process = process;
    this.alarm = new Alarm(time, this::look);
    this.lookedAt = time.nanos() - LOOK_MS * NANOS_PER_MS;
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
    if (stalled && silentMs.getAsLong() >= STALL_MS) {
      request.fail(noAnswer(request));
      return;
    }
    stalled = false;
    append(new Item(request, checked, null));
    if (!checked.isComplete()) {
      checked.onComplete(end -> pump());
    }
    pump();
    if (!alarm.isSet() && someoneWaits()) {
      alarm.within(STALL_MS);
    }
    if (!queue.isEmpty()) {
      lookWithin(request.remainingNanos());
    }
  }

  /**
   * Queues a task of the actor's own.
   *
   * @param task carried out alone, in its turn
   * @param <T> what it gives
   * @return what the task's future gives
   */
  public <T> Future<T> run(Supplier<Future<T>> task) {
    Promise<T> result = Promise.promise();
    append(
        new Item(
            null,
            Future.succeededFuture(),
            () -> {
              Future<T> done = attempt(task);
              done.onComplete(result);
              // Who asked for it hears of its failure.
              return done.<Void>mapEmpty().otherwiseEmpty();
            }));
    pump();
    return result.future();
  }

  private void append(Item item) {
    if (!busy && queue.isEmpty()) {
      movedAt = time.nanos();
    }
    queue.add(item);
  }

  /**
   * Waits for what is under way now, not for what waits behind it.
   *
   * @return completes when the present batch has ended; never fails
   */
  public Future<Void> settled() {
    return busy ? settled.future() : Future.succeededFuture();
  }

  /** Waits until nothing is left, or all is answered and the disk does not answer. */
  Future<Void> drained() {
    Promise<Void> empty = Promise.promise();
    drainers.add(empty);
    pump();
    if (!drainers.isEmpty()) {
      look();
    }
    return empty.future();
  }

  private void pump() {
    if (pumping) {
      return;
    }
    // One loop, not a recursion: work that is done at once comes back here while it runs.
    pumping = true;
    try {
      deal();
    } finally {
      pumping = false;
    }
  }

  private void deal() {
    while (!busy) {
      Item head = queue.peek();
      if (head == null) {
        alarm.cancel();
        if (drainers.isEmpty()) {
          return;
        }
        // Who has waited for that may have something to be done last.
        release();
        continue;
      }
      if (!head.checked().isComplete()) {
        return;
      }
      if (head.task() != null) {
        queue.remove();
        begin(List.of(), head.task());
      } else {
        List<Request> next = takeBatch();
        if (!next.isEmpty()) {
          begin(next, () -> process.apply(next));
        }
      }
    }
  }

  private void release() {
    List<Promise<Void>> all = List.copyOf(drainers);
    drainers.clear();
    all.forEach(Promise::complete);
  }

  private List<Request> takeBatch() {
    List<Request> next = new ArrayList<>();
    while (next.size() < maxBatch) {
      Item head = queue.peek();
      if (head == null || head.task() != null || !head.checked().isComplete()) {
        break;
      }
      if (!next.isEmpty() && !together.test(next.get(0), head.request())) {
        break;
      }
      Request request = queue.remove().request();
      if (head.checked().failed()) {
        request.fail(DreamkeeperException.of(head.checked().cause()));
      } else if (request.overdue()) {
        request.fail(tooLate(request));
      } else if (!request.answered()) {
        next.add(request);
      }
    }
    return next;
  }

  private void begin(List<Request> next, Supplier<Future<Void>> work) {
    busy = true;
    batch = next;
    movedAt = time.nanos();
    attempt(work)
        .onComplete(
            end -> {
              try {
                settle(next, end);
              } finally {
                finish();
              }
            });
  }

  private static void settle(List<Request> ended, AsyncResult<Void> end) {
    String cause = end.failed() ? String.valueOf(end.cause()) : "it was left unanswered";
    for (Request request : ended) {
      if (request.forgotten()) {
        // What it has done before it failed is not known.
        request.failInDoubt(
            new DreamkeeperException(FailureCode.INTERNAL, request.action() + ": " + cause));
      }
    }
    // Last: it may meet the same.
    if (end.failed()) {
      LOG.error("a batch ended in an unexpected failure", end.cause());
    }
  }

  private void finish() {
    busy = false;
    stalled = false;
    batch = List.of();
    movedAt = time.nanos();
    Promise<Void> ended = settled;
    settled = Promise.promise();
    try {
      ended.complete();
    } finally {
      pump();
    }
  }

  private boolean someoneWaits() {
    return !drainers.isEmpty()
        || queue.stream().anyMatch(item -> item.request() != null)
        || !batch.stream().allMatch(Request::answered);
  }

  /** Answers whom waiting longer would not help. */
  private void look() {
    alarm.cancel();
    lookedAt = time.nanos();
    long quietMs = Math.min(silentMs.getAsLong(), sinceMs(movedAt));
    if (quietMs >= STALL_MS) {
      stall();
      return;
    }
    refuse(item -> item.request().overdue(), Mailbox::tooLate);
    pump();
    if (someoneWaits()) {
      alarm.within(STALL_MS - quietMs);
      queue.stream()
          .filter(item -> item.request() != null)
          .mapToLong(item -> item.request().remainingNanos())
          .min()
          .ifPresent(this::lookWithin);
    }
  }

  private void lookWithin(long nanos) {
    long ms = nanos / NANOS_PER_MS;
    if (ms < STALL_MS) {
      alarm.within(Math.max(ms + 1, LOOK_MS - sinceMs(lookedAt)));
    }
  }

  private long sinceMs(long nanos) {
    return (time.nanos() - nanos) / NANOS_PER_MS;
  }

  private void stall() {
    stalled = true;
    LOG.error(
        "the disk has not answered for {} s; refusing requests until it does", STALL_MS / 1000);
    // Whether the disk will have done what was under way is not known: never do it twice.
    batch.forEach(request -> request.failInDoubt(noAnswer(request)));
    refuse(item -> true, Mailbox::noAnswer);
    release();
  }

  private void refuse(Predicate<Item> which, Function<Request, DreamkeeperException> why) {
    List<Item> some =
        queue.stream().filter(item -> item.request() != null && which.test(item)).toList();
    queue.removeAll(Set.copyOf(some));
    some.forEach(item -> item.request().fail(why.apply(item.request())));
  }

  private static DreamkeeperException tooLate(Request request) {
    return new DreamkeeperException(
        FailureCode.DEADLINE_PASSED, request.action() + " had its turn after its deadline");
  }

  private static DreamkeeperException noAnswer(Request request) {
    return new DreamkeeperException(
        FailureCode.STORAGE_FAILED,
        request.action() + ": no answer from the disk for " + STALL_MS / 1000 + " s");
  }

  private static <T> Future<T> attempt(Supplier<Future<T>> work) {
    try {
      return Objects.requireNonNull(work.get());
    } catch (Throwable failure) {
      return Future.failedFuture(failure);
    }
  }
}
