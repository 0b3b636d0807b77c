package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/** What waits in a {@link Mailbox}, and what of it is carried out together. */
final class RequestQueue {
  /** A request that may begin when its checks succeed, or a task of the actor's own. */
  private record Item(Request request, Future<Void> checked, Supplier<Future<Void>> task) {}

  /** What is carried out at once; a task bears no requests. */
  record Batch(List<Request> requests, Supplier<Future<Void>> work) {}

  private final Deque<Item> items = new ArrayDeque<>();
  private final int maxBatch;
  private final BiPredicate<Request, Request> together;
  private final Function<List<Request>, Future<Void>> process;

  RequestQueue(
      int maxBatch,
      BiPredicate<Request, Request> together,
      Function<List<Request>, Future<Void>> process) {
    this.maxBatch = maxBatch;
    this.together = together;
    this.process = process;
  }

  void add(Request request, Future<Void> checked) {
    items.add(new Item(request, checked, null));
  }

  void add(Supplier<Future<Void>> task) {
    items.add(new Item(null, Future.succeededFuture(), task));
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  int size() {
    return items.size();
  }

  /** Gives the requests, in their order. */
  Stream<Request> requests() {
    return items.stream().map(Item::request).filter(Objects::nonNull);
  }

  /** Refuses some of the requests, wherever they stand. */
  void refuse(Predicate<Request> which, Function<Request, DreamkeeperException> why) {
    List<Item> some =
        items.stream()
            .filter(item -> item.request() != null && which.test(item.request()))
            .toList();
    items.removeAll(Set.copyOf(some));
    some.forEach(item -> item.request().fail(why.apply(item.request())));
  }

  /** Takes what comes next; null if nothing may begin yet. */
  Batch take() {
    List<Request> requests = new ArrayList<>();
    for (Item head = ready(); head != null && requests.size() < maxBatch; head = ready()) {
      if (!requests.isEmpty() && !joins(head, requests.get(0))) {
        break;
      }
      items.remove();
      if (head.task() != null) {
        return new Batch(List.of(), head.task());
      }
      if (mayBegin(head)) {
        requests.add(head.request());
      }
    }
    return requests.isEmpty() ? null : new Batch(requests, () -> process.apply(requests));
  }

  private Item ready() {
    Item head = items.peek();
    return head == null || !head.checked().isComplete() ? null : head;
  }

  private boolean joins(Item item, Request first) {
    return item.request() != null && together.test(first, item.request());
  }

  private static boolean mayBegin(Item item) {
    Request request = item.request();
    if (item.checked().failed()) {
      request.fail(DreamkeeperException.of(item.checked().cause()));
    } else if (request.overdue()) {
      request.fail(tooLate(request));
    }
    return !request.answered();
  }

  /** Says that a request waited for too long. */
  static DreamkeeperException tooLate(Request request) {
    return new DreamkeeperException(
        FailureCode.DEADLINE_PASSED, request.action() + " had its turn after its deadline");
  }
}
