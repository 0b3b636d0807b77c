package org.dreamkeeper.junit5;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dreamkeeper.DreamEvent;

/** What a project has published, in order, since it was first served. Safe from any thread. */
public final class HeardEvents {
  private static final long PATIENCE_S = 10;
  private static final int MAX_TOLD = 10;

  private final List<DreamEvent> events = new ArrayList<>();
  private int next;

  HeardEvents() {}

  synchronized void add(DreamEvent event) {
    events.add(event);
    notifyAll();
  }

  /**
   * Waits for an event, whatever its content.
   *
   * @param type its kind, not null
   * @param <T> its kind
   * @return the first one after that which the last call gave
   * @throws AssertionError as {@link #await(Class, Predicate)} does
   */
  public <T extends DreamEvent> T await(Class<T> type) {
    return await(type, any -> true);
  }

  /**
   * Waits for an event. Those before it are passed over: the next call looks only at what came
   * after it. The project's clock stands meanwhile; not to be called on an event loop.
   *
   * @param type its kind, not null
   * @param which tells whether it is meant, not null
   * @param <T> its kind
   * @return the first one that is meant, after that which the last call gave
   * @throws AssertionError if it has not come within ten seconds; it says what has
   */
  public synchronized <T extends DreamEvent> T await(Class<T> type, Predicate<? super T> which) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    int passed = next;
    while (true) {
      for (; next < events.size(); next++) {
        if (type.isInstance(events.get(next)) && which.test(type.cast(events.get(next)))) {
          return type.cast(events.get(next++));
        }
      }
      long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (leftMs <= 0) {
        next = passed;
        throw new AssertionError("no such " + type.getSimpleName() + "; what came: " + came());
      }
      try {
        wait(leftMs);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", stop);
      }
    }
  }

  /** Says what came since the last call, the latest of it in full. */
  private String came() {
    List<DreamEvent> came = events.subList(next, events.size());
    String names = joined(came, each -> each.getClass().getSimpleName(), ", ");
    int from = Math.max(0, came.size() - MAX_TOLD);
    String latest = joined(came.subList(from, came.size()), DreamEvent::toString, "\n  ");
    return names.isEmpty() ? "nothing" : names + "; the latest:\n  " + latest;
  }

  private static String joined(
      List<DreamEvent> events, Function<DreamEvent, String> told, String between) {
    return events.stream().map(told).collect(Collectors.joining(between));
  }

  /** {@return all so far, oldest first; a copy} */
  public synchronized List<DreamEvent> all() {
    return List.copyOf(events);
  }
}
