package org.dreamkeeper;

import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.RepeatedFailureLog;
import org.dreamkeeper.store.ProjectStore;
import org.slf4j.Logger;

/** Looks every ten seconds whether a store's claim still stands. Confined to one context. */
final class ClaimWatch {
  private static final Logger LOG = Log.of(DreamkeeperVerticle.class);
  private static final long LOOK_MS = 10_000;

  private final ProjectStore store;
  private final Time time;
  private final RepeatedFailureLog unseen =
      new RepeatedFailureLog(LOG, "the claim cannot be looked at");
  private Runnable next = () -> {};
  private boolean stopped;

  ClaimWatch(ProjectStore store, Time time) {
    this.store = store;
    this.time = time;
  }

  void start() {
    if (!stopped) {
      next = time.schedule(LOOK_MS, this::look);
    }
  }

  private void look() {
    store
        .look()
        .onSuccess(
            obstacle -> {
              unseen.over();
              if (obstacle != null) {
                LOG.error("no longer serving: {}", obstacle);
              }
            })
        .onFailure(failure -> unseen.failed(failure.getMessage()))
        .onComplete(
            looked -> {
              if (store.lost() == null) {
                start();
              }
            });
  }

  void stop() {
    stopped = true;
    next.run();
  }
}
