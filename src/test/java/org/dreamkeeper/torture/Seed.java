package org.dreamkeeper.torture;

import java.util.Random;

/**
 * Where the random choices of a suite begin: told by {@code -Dtorture.seed=…}, or new each time.
 */
final class Seed {
  private final long value = Long.getLong("torture.seed", System.nanoTime());

  Random random() {
    return new Random(value);
  }

  @Override
  public String toString() {
    return "-Dtorture.seed=" + value;
  }
}
