package org.dreamkeeper.file;

import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.Time;

/**
 * The calls to a project's disk that are out: where one does not return, the disk is silent,
 * however long all work together may take. Safe from any thread.
 */
final class DiskWatch {
  private static final long NANOS_PER_MS = 1_000_000;

  /** A call that is out; one is never equal to another. */
  private static final class Call {
    private final long begun;

    private Call(long begun) {
      this.begun = begun;
    }
  }

  private final Time time;

  /** The oldest first. */
  private final Set<Call> out = new LinkedHashSet<>();

  DiskWatch(Time time) {
    this.time = time;
  }

  /** Makes a call that blocks. */
  <T> T call(Callable<T> operation) throws Exception {
    Call call = begin();
    try {
      return operation.call();
    } finally {
      end(call);
    }
  }

  /** Makes a call that gives a future. */
  <T> Future<T> later(Supplier<Future<T>> operation) {
    Call call = begin();
    try {
      return operation.get().onComplete(done -> end(call));
    } catch (RuntimeException | Error failure) {
      end(call);
      throw failure;
    }
  }

  private Call begin() {
    synchronized (out) {
      Call call = new Call(time.nanos());
      out.add(call);
      return call;
    }
  }

  private void end(Call call) {
    synchronized (out) {
      out.remove(call);
    }
  }

  /**
   * Tells how long the disk has been silent.
   *
   * @return for how long the oldest call has been out, ms; 0 while none is
   */
  long silentMs() {
    synchronized (out) {
      return out.isEmpty() ? 0 : (time.nanos() - out.iterator().next().begun) / NANOS_PER_MS;
    }
  }
}
