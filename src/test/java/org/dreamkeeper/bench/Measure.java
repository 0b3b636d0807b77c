package org.dreamkeeper.bench;

import java.util.Arrays;
import java.util.concurrent.Callable;

/** Times two things in turn, several times, so that both see the same machine. */
final class Measure {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
  static final long ROUND_NANOS = Long.getLong("bench.roundMs", 700) * 1_000_000;

  /** Until the compiler is through with what is measured. */
  private static final long WARM_UP_NANOS = Long.getLong("bench.warmUpMs", 15_000) * 1_000_000;

  private Measure() {}

  /** Something that gives a figure, such as operations a second. */
  interface Figure extends Callable<Double> {}

  /** The medians of two figures and of their ratio, pair by pair. */
  record Pair(double ours, double limit, double ratio) {}

  /** Runs both to warm up, ours for longer, as it has more to compile; then the counted rounds. */
  static Pair inTurn(Figure ours, Figure limit) throws Exception {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < WARM_UP_NANOS) {
      ours.call();
    }
    limit.call();
    limit.call();
    double[] a = new double[ROUNDS];
    double[] b = new double[ROUNDS];
    double[] ratio = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      a[i] = ours.call();
      b[i] = limit.call();
      ratio[i] = a[i] / b[i];
    }
    return new Pair(median(a), median(b), median(ratio));
  }

  /** Repeats a blocking operation for one round. */
  static Figure perSecond(Callable<?> operation) {
    return () -> {
      long begin = System.nanoTime();
      long count = 0;
      long now = begin;
      while (now - begin < ROUND_NANOS) {
        operation.call();
        count++;
        now = System.nanoTime();
      }
      return count * 1e9 / (now - begin);
    };
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
