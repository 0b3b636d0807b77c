package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Vertx;

/** The clock and the timers of a project: injected, so that tests move them by hand. */
public interface Time {

  /** Reads the wall clock, which may be set back: ms since 1970. */
  long millis();

  /** Reads the monotonic clock: ns since some fixed, arbitrary moment. */
  long nanos();

  /**
   * Runs a task once, after a delay of at least 1 ms, on the context that asks. What it gives
   * cancels the task if it has not run yet.
   */
  Runnable schedule(long delayMs, Runnable task);

  /** Gives the time that all goes by on a Vert.x: the machine's, unless a test has put another. */
  static Time of(Vertx vertx) {
    return StandIns.get(vertx, Time.class, system(vertx));
  }

  /** Gives the machine's clocks and Vert.x's timers. */
  static Time system(Vertx vertx) {
    return new Time() {
      @Override
      public long millis() {
        return System.currentTimeMillis();
      }

      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public Runnable schedule(long delayMs, Runnable task) {
        long id = vertx.setTimer(Math.max(1, delayMs), fired -> task.run());
        return () -> vertx.cancelTimer(id);
      }
    };
  }
}
