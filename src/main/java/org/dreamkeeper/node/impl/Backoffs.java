package org.dreamkeeper.node.impl;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * What could not be opened lately, and is not to be tried again for a while: twice as long each.
 */
final class Backoffs {
  private static final long FIRST_MS = 1_000;
  private static final long LONGEST_MS = 300_000;

  private record Backoff(long ms, long untilNanos) {}

  private final Time time;
  private final Map<String, Backoff> backoffs = new HashMap<>();

  Backoffs(Time time) {
    this.time = time;
  }

  /** Begins one, and gives how long it is, ms. */
  long begin(String project) {
    Backoff before = backoffs.get(project);
    long ms = before == null ? FIRST_MS : Math.min(LONGEST_MS, before.ms() * 2);
    backoffs.put(project, new Backoff(ms, time.nanos() + ms * 1_000_000));
    return ms;
  }

  void end(String project) {
    backoffs.remove(project);
  }

  Set<String> running() {
    long now = time.nanos();
    return backoffs.entrySet().stream()
        .filter(each -> each.getValue().untilNanos() - now > 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
