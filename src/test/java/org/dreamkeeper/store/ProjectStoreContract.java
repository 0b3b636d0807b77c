package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.StoredState.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every store promises: a subclass runs all of it over its own. */
@ExtendWith(VertxExtension.class)
public abstract class ProjectStoreContract {
  Keeping keeping;
  ProjectStore store;

  /** Makes a place where nothing is kept yet. */
  protected abstract Keeping keeping(Vertx vertx);

  @BeforeEach
  void open(Vertx vertx) {
    keeping = keeping(vertx);
    store = await(keeping.open("first"));
  }

  @AfterEach
  void close() {
    keeping.changesAre(Keeping.Fault.NONE);
    await(store.close());
  }

  ProjectStore reopened() {
    await(store.close());
    store = await(keeping.open("next"));
    return store;
  }

  @Nested
  class State extends StateStoreContract {
    @Override
    protected ProjectStoreContract whole() {
      return ProjectStoreContract.this;
    }
  }

  @Nested
  class Lock extends LockStoreContract {
    @Override
    protected ProjectStoreContract whole() {
      return ProjectStoreContract.this;
    }
  }

  @Nested
  class Log extends LogStoreContract {
    @Override
    protected ProjectStoreContract whole() {
      return ProjectStoreContract.this;
    }
  }

  @Nested
  class Journal extends JournalStoreContract {
    @Override
    protected ProjectStoreContract whole() {
      return ProjectStoreContract.this;
    }
  }

  private Future<Void> write() {
    Document next = new Document(new JsonObject().put("written", true));
    return store.state().transact(seen -> new StateChange<>(null, next, null, Carried.NONE));
  }

  @Test
  void isClaimedByOneAtATime() {
    InUseException refusal =
        assertThrows(InUseException.class, () -> await(keeping.open("second")));
    assertEquals(1, refusal.getMessage().lines().count());
    assertNull(await(store.look()));
    await(write());
    reopened();
  }

  @Test
  void eachClaimHasAGreaterEpoch() {
    long first = store.epoch();
    assertTrue(first > 0, first + " is the first");
    assertTrue(reopened().epoch() > first, () -> store.epoch() + " after " + first);
  }

  @Test
  void anEpochIsRaisedAboveAToken() {
    long epoch = store.epoch();
    assertEquals(epoch, await(store.raiseEpoch((epoch << TokenEpoch.BITS) - 1)));
    assertTrue(await(store.raiseEpoch(epoch << TokenEpoch.BITS)) > epoch);
    assertTrue(await(store.raiseEpoch((epoch + 1_000) << TokenEpoch.BITS)) > epoch + 1_000);
    long raised = store.epoch();
    assertTrue(raised > epoch + 1_000, () -> raised + " after " + epoch);
    assertEquals(raised, await(store.raiseEpoch((1L << 52) + 1)), "nobody goes on from there");
    assertTrue(reopened().epoch() > raised);
  }

  @Test
  void whoeverHasLostTheClaimWritesNothing() {
    await(write());
    String before = keeping.state();
    keeping.takeClaim();
    String reason = await(store.look());
    assertNotNull(reason);
    assertEquals(1, reason.lines().count());
    assertEquals(reason, store.lost());
    Document next = new Document(new JsonObject());
    StoreException refusal =
        StoreContract.refused(
            store.state().transact(seen -> new StateChange<>(null, next, null, Carried.NONE)));
    assertFalse(refusal.inDoubt());
    assertEquals(FailureCode.NOT_SERVING, refusal.code());
    LogStore.Put put =
        new LogStore.Put("drm-1", false, old -> new JsonObject(), json -> Carried.NONE);
    Throwable saved =
        await(store.log().commit(List.of(put), LogStore.Removal.NONE, Function.identity()))
            .results()
            .get(0)
            .failure();
    assertEquals(FailureCode.NOT_SERVING, ((StoreException) saved).code());
    assertEquals(before, keeping.state());
    reopened();
  }

  @Test
  void onceClosedItDoesNotServe() {
    await(store.close());
    DreamkeeperException refusal = assertThrows(DreamkeeperException.class, () -> await(write()));
    assertEquals(FailureCode.NOT_SERVING, refusal.code());
    assertNull(keeping.state());
    store = await(keeping.open("next"));
  }

  @Test
  void owesNothingWhenAllIsDone() {
    await(write());
    assertEquals(0, store.silentMs());
    assertNull(store.lost());
  }

  @Test
  void completesOnTheCallersContext(Vertx vertx) {
    Context context = vertx.getOrCreateContext();
    Promise<Context> completedOn = Promise.promise();
    context.runOnContext(
        on -> write().onComplete(end -> completedOn.complete(Vertx.currentContext())));
    assertSame(context, await(completedOn.future()));
  }
}
