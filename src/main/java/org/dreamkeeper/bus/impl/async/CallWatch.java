package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The calls to where a project is kept that are out: where one does not return, that is silent,
 * however long all work together may take. Safe from any thread.
 */
public final class CallWatch {
  private static final long NANOS_PER_MS = 1_000_000;

  private final Time time;

  /** When each began; there are as many as threads at most. */
  private final Map<Object, Long> out = new ConcurrentHashMap<>();

  /** Makes one of no calls. */
  public CallWatch(Time time) {
    this.time = time;
  }

  /** Makes a call that blocks. */
  public <T> T call(Callable<T> operation) throws Exception {
    Object call = begin();
    try {
      return operation.call();
    } finally {
      out.remove(call);
    }
  }

  /** Makes a call that gives a future. */
  public <T> Future<T> later(Supplier<Future<T>> operation) {
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
  public long silentMs() {
    long now = time.nanos();
    return out.values().stream().mapToLong(begun -> now - begun).max().orElse(0) / NANOS_PER_MS;
  }
}
