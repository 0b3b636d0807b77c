package org.dreamkeeper.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An actor's order: what arrived first is carried out first, one batch at a time.
 *
 * <ol>
 *   <li>Requests queue up while a batch is under way; then all of them (up to the limit) that can
 *       be carried out together are the next batch.
 *   <li>A request whose checks are still going on keeps its place, and those behind it wait.
 *   <li>A task of the actor's own has its place in the order, too, and is alone in it.
 *   <li>A batch that makes no headway for {@link #STALL_MS} is a disk that does not answer: what
 *       waits is refused, as is what arrives, until the batch returns. One that has many steps, or
 *       whose completion waits its turn on a crowded event loop, is none.
 * </ol>
 *
 * <p>Confined to the actor's event loop, but for {@link #headway}.
 */
public final class Mailbox {
  /**
   * How long a batch may make no headway before its requests are refused with STORAGE_FAILED, ms.
   */
  public static final long STALL_MS = 10_000;

  private static final long NANOS_PER_MS = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  /** A request, or a task of the actor's own. */
  private record Item(Request request, Future<Void> checked, Supplier<Future<Void>> task) {}

  private final Time time;
  private final int maxBatch;
  private final BiPredicate<Request, Request> together;
  private final Function<List<Request>, Future<Void>> process;
  private final Deque<Item> queue = new ArrayDeque<>();
  private final List<Promise<Void>> drainers = new ArrayList<>();
  private List<Request> batch = List.of();
  private boolean pumping;
  private boolean busy;
  private boolean stalled;
  private long begun;
  private Runnable unwatch = () -> {};
  private volatile long headway;
  private Promise<Void> settled = Promise.promise();

  /**
   * Makes an empty mailbox, all of whose requests can be carried out together.
   *
   * @param time for deadlines and the stall watch
   * @param maxBatch how many requests are carried out together at most
   * @param process carries out a batch and answers each of its requests; the next batch begins when
   *     its future is completed
   */
  public Mailbox(Time time, int maxBatch, Function<List<Request>, Future<Void>> process) {
    this(time, maxBatch, (first, next) -> true, process);
  }

  /**
   * Makes an empty mailbox.
   *
   * @param time for deadlines and the stall watch
   * @param maxBatch how many requests are carried out together at most
   * @param together tells whether a request can be carried out with the first one of a batch
   * @param process carries out a batch and answers each of its requests; the next batch begins when
   *     its future is completed
   */
  public Mailbox(
      Time time,
      int maxBatch,
      BiPredicate<Request, Request> together,
      Function<List<Request>, Future<Void>> process) {
    this.time = time;
    this.maxBatch = maxBatch;
    this.together = together;
    this.process = process;
  }

  /** Counts the requests that wait or are under way. */
  int size() {
    return queue.size() + batch.size();
  }

  /** Queues a request; it is carried out once its checks have succeeded and its turn has come. */
  void add(Request request, Future<Void> checked) {
    if (stalled) {
      request.fail(noAnswer(request));
      return;
    }
    queue.add(new Item(request, checked, null));
    if (!checked.isComplete()) {
      checked.onComplete(end -> pump());
    }
    pump();
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
    queue.add(
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

  /**
   * Waits for what is under way now, not for what waits behind it.
   *
   * @return completes when the present batch has ended; never fails
   */
  public Future<Void> settled() {
    return busy ? settled.future() : Future.succeededFuture();
  }

  /** Waits until nothing is left. */
  Future<Void> drained() {
    Promise<Void> empty = Promise.promise();
    drainers.add(empty);
    pump();
    return empty.future();
  }

  /** Says that the disk has answered, so that a batch of many steps does not count as stalled. */
  public void headway() {
    headway = time.nanos();
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
        drainers.forEach(Promise::complete);
        drainers.clear();
        return;
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
        request.fail(
            FailureCode.DEADLINE_PASSED, request.action() + " had its turn after its deadline");
      } else if (!request.answered()) {
        next.add(request);
      }
    }
    return next;
  }

  private void begin(List<Request> next, Supplier<Future<Void>> work) {
    busy = true;
    batch = next;
    begun++;
    headway();
    watch(begun, STALL_MS);
    attempt(work)
        .onComplete(
            end -> {
              unwatch.run();
              if (end.failed()) {
                LOG.error("a batch ended in an unexpected failure", end.cause());
              }
              next.stream().filter(Request::forgotten).forEach(each -> orphan(each, end));
              finish();
            });
  }

  private void finish() {
    busy = false;
    stalled = false;
    batch = List.of();
    Promise<Void> ended = settled;
    settled = Promise.promise();
    ended.complete();
    pump();
  }

  private void watch(long which, long delayMs) {
    unwatch = time.schedule(delayMs, () -> stall(which));
  }

  private void stall(long which) {
    if (!busy || which != begun) {
      return;
    }
    if (queue.isEmpty() && batch.stream().allMatch(Request::answered)) {
      watch(which, STALL_MS);
      return;
    }
    long quietMs = (time.nanos() - headway) / NANOS_PER_MS;
    if (quietMs < STALL_MS) {
      watch(which, STALL_MS - quietMs);
      return;
    }
    stalled = true;
    LOG.error(
        "the disk has not answered for {} s; refusing requests until it does", STALL_MS / 1000);
    // Whether the disk will have done what was under way is not known: never do it twice.
    batch.forEach(request -> request.failInDoubt(noAnswer(request)));
    List<Item> waiting = queue.stream().filter(item -> item.request() != null).toList();
    queue.removeAll(waiting);
    waiting.forEach(item -> item.request().fail(noAnswer(item.request())));
  }

  private static DreamkeeperException noAnswer(Request request) {
    return new DreamkeeperException(
        FailureCode.STORAGE_FAILED,
        request.action() + ": no answer from the disk for " + STALL_MS / 1000 + " s");
  }

  private static void orphan(Request request, AsyncResult<Void> end) {
    String cause = end.failed() ? String.valueOf(end.cause()) : "it was left unanswered";
    request.fail(FailureCode.INTERNAL, request.action() + ": " + cause);
  }

  private static <T> Future<T> attempt(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException | StackOverflowError failure) {
      return Future.failedFuture(failure);
    }
  }
}
