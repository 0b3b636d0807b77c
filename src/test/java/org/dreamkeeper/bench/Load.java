package org.dreamkeeper.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Keeps a number of requests in flight, from one event loop, for one round. */
final class Load {
  private final Context context;

  Load(Vertx vertx) {
    this.context = vertx.getOrCreateContext();
  }

  Measure.Figure perSecond(int inFlight, Supplier<Future<?>> request) {
    return () -> {
      Promise<Double> end = Promise.promise();
      context.runOnContext(on -> new Round(inFlight, request, end).begin());
      return end.future().toCompletionStage().toCompletableFuture().get();
    };
  }

  private static final class Round {
    private final int inFlight;
    private final Supplier<Future<?>> request;
    private final Promise<Double> end;
    private final long begin = System.nanoTime();
    private long count;
    private int open;

    Round(int inFlight, Supplier<Future<?>> request, Promise<Double> end) {
      this.inFlight = inFlight;
      this.request = request;
      this.end = end;
    }

    void begin() {
      open = inFlight;
      for (int i = 0; i < inFlight; i++) {
        next();
      }
    }

    private void next() {
      request
          .get()
          .onComplete(
              reply -> {
                if (reply.failed()) {
                  end.tryFail(reply.cause());
                  return;
                }
                count++;
                long elapsed = System.nanoTime() - begin;
                if (elapsed < Measure.ROUND_NANOS) {
                  next();
                } else if (--open == 0) {
                  end.tryComplete(count * 1e9 / elapsed);
                }
              });
    }
  }
}
