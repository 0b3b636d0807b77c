package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.postgres.NodeTable;
import org.slf4j.Logger;

/** Passes projects that are closed on to other nodes. Confined to one context. */
final class Heirs {
  private static final Logger LOG = Log.of(Heirs.class);

  /** How long one may take to serve. */
  private static final long PATIENCE_MS = 1_000;

  /** Hears what was passed on. */
  interface Listener {
    void passed(String project, String to);
  }

  private final NodeTable table;
  private final Time time;
  private final Listener listener;
  private final Map<String, Promise<Void>> awaited = new HashMap<>();

  Heirs(NodeTable table, Time time, Listener listener) {
    this.table = table;
    this.time = time;
    this.listener = listener;
  }

  /** Passes one on; completes when the heir serves it, or has had the time for it. */
  Future<Void> pass(String project, String from, String to) {
    return table
        .pass(project, from, to)
        .compose(done -> done ? passed(project, to) : Future.succeededFuture());
  }

  private Future<Void> passed(String project, String to) {
    LOG.info("{} is given to another node", project);
    Promise<Void> serves = Promise.promise();
    awaited.put(project, serves);
    Runnable late = time.schedule(PATIENCE_MS, serves::tryComplete);
    listener.passed(project, to);
    return serves
        .future()
        .onComplete(
            end -> {
              late.run();
              awaited.remove(project);
            });
  }

  /** Hears that a node serves a project. */
  void serving(String project) {
    Promise<Void> serves = awaited.get(project);
    if (serves != null) {
      serves.tryComplete();
    }
  }
}
