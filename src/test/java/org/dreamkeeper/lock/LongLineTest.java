package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;

/** As many wait as may, and all are served one after the other, however that ends. */
final class LongLineTest extends LockScenario {
  private static final int WAITERS = 3_000;
  private static final long WAIT_MS = 60_000;

  private List<Future<Message<JsonObject>>> line() {
    List<Future<Message<JsonObject>>> line = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      line.add(served.send("lock", "tryAcquire", new JsonObject().put("waitMs", WAIT_MS)));
    }
    assertEquals(WAITERS, status().getInteger("waiting"));
    return line;
  }

  @Test
  void allAreRefusedByADiskThatRefuses() {
    FaultyDisk disk = new FaultyDisk();
    serve(new JsonObject(), disk.machine());
    served.ask("lock", "tryAcquire", new JsonObject().put("leaseMs", 10_000));
    List<Future<Message<JsonObject>>> line = line();
    for (Op op : List.of(Op.CREATE, Op.LINK, Op.DELETE)) {
      disk.fail(op, "Operation not permitted");
    }
    time.advance(10_001);
    await(Future.join(line).otherwiseEmpty());
    assertTrue(line.stream().allMatch(Future::failed));
    disk.heal();
    assertEquals(0, status().getInteger("waiting"));
    assertTrue(acquire().getBoolean("acquired"));
    served.close();
  }

  @Test
  void allAreAnsweredWhenTheirTimeIsUp() {
    serve();
    assertTrue(acquire().getBoolean("acquired"));
    List<Future<Message<JsonObject>>> line = line();
    time.advance(WAIT_MS);
    for (Message<JsonObject> answer : await(Future.join(line)).<Message<JsonObject>>list()) {
      assertFalse(answer.body().getBoolean("acquired"));
    }
    served.close();
  }
}
