package org.dreamkeeper.bus.impl.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** So many at a time, in the order in which they came. */
final class BulkheadTest {
  private final Bulkhead bulkhead = new Bulkhead(2);
  private final List<Promise<Void>> begun = new ArrayList<>();

  private Future<Void> task() {
    Promise<Void> task = Promise.promise();
    begun.add(task);
    return task.future();
  }

  @Test
  void whoComesStandsInLineUntilOneHasEnded() {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(bulkhead.run(this::task));
    }
    assertEquals(2, begun.size());
    begun.get(1).fail("no");
    assertEquals(3, begun.size());
    assertEquals("no", all.get(1).cause().getMessage());
    begun.get(0).complete();
    begun.get(2).complete();
    begun.get(3).complete();
    assertTrue(all.get(0).succeeded() && all.get(2).succeeded() && all.get(3).succeeded());
  }

  @Test
  void oneThatThrowsIsOver() {
    for (int i = 0; i < 3; i++) {
      assertTrue(
          bulkhead
              .<Void>run(
                  () -> {
                    throw new IllegalStateException("no");
                  })
              .failed());
    }
    bulkhead.run(this::task);
    assertEquals(1, begun.size());
  }

  @Test
  void aLongLineThatEndsAtOnceIsNoDeepCall() {
    bulkhead.run(this::task);
    bulkhead.run(this::task);
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      all.add(bulkhead.run(Future::succeededFuture));
    }
    begun.get(0).complete();
    assertTrue(all.stream().allMatch(Future::succeeded));
  }
}
