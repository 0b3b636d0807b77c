package org.dreamkeeper.log.impl;

import static org.dreamkeeper.log.impl.LogHost.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;

/** A disk that takes its time, but answers: nobody is told that it does not. */
final class LogSlowDiskTest extends LogTestBase {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /** Holds the first save, so that what is sent meanwhile queues up. */
  private Future<?> hold() throws InterruptedException {
    start();
    disk.on(Op.CREATE, name -> pass());
    Future<?> first = host.send("save", completed(1));
    reached.await();
    return first;
  }

  private void pass() throws IOException {
    reached.countDown();
    try {
      open.await();
    } catch (InterruptedException stop) {
      throw new IOException(stop);
    }
  }

  @Test
  void manyShortStepsAreNoStall() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    all.add(hold());
    for (int i = 2; i < 6; i++) {
      all.add(host.send("save", completed(i)));
      all.add(host.send("list", null));
    }
    arrived();
    disk.heal().on(Op.SYNC_DIRECTORY, name -> time.leap(4_000));
    open.countDown();
    await(Future.join(all));
    assertEquals(5, host.ids().size());
  }

  @Test
  void theStepsOfOneCommitAreNoStall() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    all.add(hold());
    all.add(host.send("save", completed(2)));
    all.add(host.send("save", completed(3)));
    arrived();
    AtomicInteger syncs = new AtomicInteger();
    disk.heal()
        .on(
            Op.CREATE,
            name -> {
              if (name.contains("2.json")) {
                time.leap(4_000);
              }
            })
        .on(Op.SYNC_DIRECTORY, name -> time.leap(syncs.getAndIncrement() == 0 ? 0 : 7_000));
    open.countDown();
    await(Future.join(all));
    assertEquals(3, host.ids().size());
  }

  @Test
  void manyInterruptedEntriesThatAListMeetsAreNoStall() throws Exception {
    start();
    for (int i = 1; i <= 250; i++) {
      put(entry(i, "processing"));
    }
    disk.on(Op.CREATE, name -> time.leap(100));
    JsonObject ended = new JsonObject().put("status", new JsonArray().add("error"));
    assertEquals(250, host.list(ended).getJsonArray("entries").size());
  }

  @Test
  void oneLongStepIsNoStallWhileTheDiskAnswers() throws Exception {
    start();
    for (int i = 1; i <= 150; i++) {
      put(completed(i));
    }
    disk.on(Op.STAT, name -> time.leap(100));
    assertEquals(150, host.ids().size());
  }

  /** What was sent before has its place in the queue when this is refused. */
  private void arrived() {
    host.refused(FailureCode.UNKNOWN_ACTION, "no such action", new JsonObject());
  }
}
