package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.torture.Rounds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More events than anybody takes; in the long form, a million. */
final class EventFloodTest {
  private static final int IN_FLIGHT = 256;
  private static final long MOST_HEAP = 64 << 20;
  private static final long LONGEST_MS = 10_000;

  /** What may wait for a client: what the sockets' buffers hold, and some pages. */
  private static final int MOST_BYTES = 2 << 20;

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong longestNanos = new AtomicLong();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  @Timeout(900)
  void whoDoesNotReadCostsNoMemoryAndKeepsNobodyWaiting() throws IOException {
    JsonObject config = JsonObject.of("baseDir", dir.toString(), "durability", "os");
    await(
        vertx.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
    // He is dropped when the test says so: else nothing would be there for whom to keep it.
    ManualTime time = new ManualTime(System.currentTimeMillis());
    StandIns.put(vertx, Time.class, time);
    Http http = Http.serve(vertx, Http.guarded());
    int events = Rounds.of(20_000, 1_000_000);
    String stream =
        "GET /api/dream/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n";
    try (Socket sleeps = http.send(stream.formatted(Http.TOKEN))) {
      assertTrue(sleeps.getInputStream().read() > 0, "it has begun");
      long heap = heap();
      long began = System.nanoTime();
      await(flood(events));
      long tookMs = (System.nanoTime() - began) / 1_000_000;
      long grown = heap() - heap;
      long longestMs = TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
      time.leap(30_000);
      int kept = sleeps.getInputStream().readNBytes(MOST_BYTES).length;
      Rounds.report(
          "%d events in %d ms, %d bytes of them kept for one who does not read; the heap grew by %d KB; the longest answer took %d ms"
              .formatted(events, tookMs, kept, grown >> 10, longestMs));
      assertTrue(kept < MOST_BYTES, kept + " bytes");
      assertTrue(grown < MOST_HEAP, grown + " bytes");
      assertTrue(longestMs < LONGEST_MS, longestMs + " ms");
    }
  }

  private static long heap() {
    System.gc();
    Runtime machine = Runtime.getRuntime();
    return machine.totalMemory() - machine.freeMemory();
  }

  /** Asks whether it may dream, again and again: each no is an event. */
  private Future<?> flood(int events) {
    AtomicInteger left = new AtomicInteger(events);
    Promise<Void> end = Promise.promise();
    vertx.runOnContext(
        on ->
            Future.join(
                    Stream.generate(() -> AsyncLoop.whileTrue(() -> skip(left)))
                        .limit(IN_FLIGHT)
                        .toList())
                .<Void>mapEmpty()
                .onComplete(end));
    return end.future();
  }

  private Future<Boolean> skip(AtomicInteger left) {
    if (left.getAndDecrement() <= 0) {
      return Future.succeededFuture(false);
    }
    long asked = System.nanoTime();
    DeliveryOptions gates = new DeliveryOptions().addHeader("action", "gates");
    return vertx
        .eventBus()
        .<JsonObject>request("dream.state", new JsonObject(), gates)
        .map(
            reply -> {
              longestNanos.accumulateAndGet(System.nanoTime() - asked, Math::max);
              return !reply.body().getBoolean("open");
            });
  }
}
