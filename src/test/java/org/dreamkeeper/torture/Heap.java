package org.dreamkeeper.torture;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What this process holds on to. */
final class Heap {
  private Heap() {}

  /** Counts the bytes that are still in use after a collection. */
  static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Counts the open file descriptors. */
  static int descriptors() {
    return Path.of("/proc/self/fd").toFile().list().length;
  }

  /** Gives the median of a third of some samples: the first, the second or the last. */
  static long median(List<Long> samples, int third) {
    int from = samples.size() * third / 3;
    long[] part =
        samples.subList(from, samples.size() * (third + 1) / 3).stream()
            .mapToLong(Long::longValue)
            .toArray();
    Arrays.sort(part);
    return part[part.length / 2];
  }
}
