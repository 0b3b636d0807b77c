package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.UUID;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.PgOptions;
import org.dreamkeeper.postgres.PgProjectStore;

/** What whoever opens a project's store brings along: clock, threads, id, and a share of memory. */
record Opening(Time time, ProjectThreads threads, String instance, Budget budget) {

  static Opening of(Vertx vertx, Time time, DreamkeeperOptions options) {
    return new Opening(
        time,
        new ProjectThreads(vertx, options.getAddress()),
        UUID.randomUUID().toString(),
        new Budget(options.getMaxBytes(), options.getMaxMessageBytes()));
  }

  /** The same, for one of many projects. */
  Opening amongMany() {
    return new Opening(time, threads, instance, budget.amongMany());
  }

  /** Opens a project of a database, for the node that has claimed it. */
  Future<PgProjectStore> postgres(NodeTable table, String node, String project) {
    return PgProjectStore.open(table, time, threads, options(node, project));
  }

  PgOptions options(String node, String project) {
    return new PgOptions(node, project, instance, budget);
  }
}
