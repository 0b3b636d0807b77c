package org.dreamkeeper.file;

import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.Time;

/**
 * The calls to a project's disk that are out: where one does not return, the disk is silent,
 * however long all work together may take. Safe from any thread.
 */
final class DiskWatch {
  private static final long NANOS_PER_MS = 1_000_000;

  private final Time time;

  /** When each began; there are as many as threads at most. */
  private final Map<Object, Long> out = new ConcurrentHashMap<>();

  DiskWatch(Time time) {
    this.time = time;
  }

  /** Makes a call that blocks. */
  <T> T call(Callable<T> operation) throws Exception {
    Object call = begin();
    try {
      return operation.call();
    } finally {
      out.remove(call);
    }
  }

  /** Makes a call that gives a future. */
  <T> Future<T> later(Supplier<Future<T>> operation) {
    Object call = begin();
    return Future.<T>future(end -> operation.get().onComplete(end))
        .onComplete(end -> out.remove(call));
  }

  private Object begin() {
    Object call = new Object();
    out.put(call, time.nanos());
    return call;
  }

  /** For how long the oldest call has been out, ms; 0 while none is. */
  long silentMs() {
    long now = time.nanos();
    return out.values().stream().mapToLong(begun -> now - begun).max().orElse(0) / NANOS_PER_MS;
  }
}
