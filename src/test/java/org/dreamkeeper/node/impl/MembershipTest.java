package org.dreamkeeper.node.impl;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.Proxy;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.dreamkeeper.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a node says of itself that it must not serve. */
@ExtendWith(VertxExtension.class)
final class MembershipTest {
  private static final long LOOK_MS = 1_000;
  private static final long RETRY_MS = 200;

  private final TestDatabase database =
      TestDatabase.of(Path.of("/membership", UUID.randomUUID().toString()));
  private final Proxy proxy = new Proxy(database.uri());
  private final ManualTime time = new ManualTime(0);
  private Runnable end = () -> {};

  @AfterEach
  void leave() {
    proxy.set(Mode.PASS);
    end.run();
  }

  private static <T> T onContext(Vertx vertx, Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(on -> task.get().onComplete(done));
    return await(done.future());
  }

  private Membership member(Vertx vertx) {
    return member(vertx, Future.succeededFuture());
  }

  /** Enters one that does something about each look, until that is done. */
  private Membership member(Vertx vertx, Future<Void> done) {
    NodeTable table = new NodeTable(vertx, proxy.uri());
    Membership node = new Membership(table, time, true, Whereabouts.own(null, null));
    Membership.Looked sees =
        new Membership.Looked() {
          @Override
          public Future<Void> see(NodeLook look) {
            return done;
          }

          @Override
          public Future<Void> expelled() {
            return Future.succeededFuture();
          }
        };
    onContext(
        vertx,
        () ->
            node.enter().onSuccess(entered -> node.watch(sees, null)).map(entered -> (Void) null));
    end = () -> await(node.leave().compose(left -> table.close()));
    beaten(1);
    return node;
  }

  /** On a busy machine one may have had no answer in time: it is sent again. */
  private void beaten(int beats) {
    until(
        () -> {
          if (time.firesWithin(RETRY_MS)) {
            time.leap(RETRY_MS);
          }
          return beats <= Integer.parseInt(database.sql("SELECT max(beat) FROM dreamkeeper.node"))
              && time.firesWithin(LOOK_MS);
        });
  }

  /** Lets the next beat fail. */
  private void fail() {
    proxy.set(Mode.CUT);
    time.leap(LOOK_MS);
    until(() -> time.firesWithin(RETRY_MS));
  }

  /** Lets a beat come through again: after it, the next one is not soon. */
  private void heal() {
    proxy.set(Mode.PASS);
    until(
        () -> {
          if (time.firesWithin(RETRY_MS)) {
            time.leap(RETRY_MS);
          }
          return time.firesWithin(LOOK_MS) && !time.firesWithin(RETRY_MS);
        });
  }

  @Test
  void oneThatIsOnlyLateServes(Vertx vertx) {
    Membership node = member(vertx);
    time.leap(60_000);
    assertNull(node.obstacle());
    assertFalse(node.beats());
    beaten(2);
    time.leap(LOOK_MS);
    beaten(3);
    assertTrue(node.beats());
    assertNull(node.obstacle());
  }

  @Test
  void noBeatWaitsForWhatIsDoneAboutALook(Vertx vertx) {
    Promise<Void> done = Promise.promise();
    member(vertx, done.future());
    for (int beats = 2; beats <= 5; beats++) {
      time.leap(LOOK_MS);
      beaten(beats);
    }
    done.complete();
  }

  @Test
  void oneWhoseBeatsDoNotComeThroughDoesNotServe(Vertx vertx) {
    Membership node = member(vertx);
    fail();
    assertNull(node.obstacle());
    time.leap(2_500);
    assertEquals("its beats do not reach the database, so another node may serve", node.obstacle());
    heal();
    assertNull(node.obstacle());
  }

  @Test
  void aLoneOneServesWhileNobodyIsThereToTakeOver(Vertx vertx) {
    LoneNode node = new LoneNode(vertx, time, proxy.uri(), "p", null);
    end = () -> await(node.close());
    onContext(vertx, () -> node.claim(new JsonObject()));
    beaten(1);
    fail();
    time.leap(10_000);
    assertNull(node.obstacle());
    NodeTable other = new NodeTable(vertx, database.uri());
    await(other.enter("another", false, new JsonObject()));
    heal();
    fail();
    time.leap(10_000);
    assertNotNull(node.obstacle());
    await(other.leave("another").compose(left -> other.close()));
  }
}
