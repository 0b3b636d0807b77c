package org.dreamkeeper.state.impl;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.file.FaultyDisk;

/** Holds an operation of the disk until it is opened; then it stays open. */
final class Gate implements FaultyDisk.Hook {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  @Override
  public void before(String name) throws IOException {
    reached.countDown();
    pass(open);
  }

  void reached() throws IOException {
    pass(reached);
  }

  void open() {
    open.countDown();
  }

  private static void pass(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IOException("nobody came");
      }
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }
}
