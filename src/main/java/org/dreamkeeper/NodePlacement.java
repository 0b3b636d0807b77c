package org.dreamkeeper;

import io.vertx.core.Future;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.node.impl.NodeService;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.PgOptions;
import org.dreamkeeper.postgres.PgProjectStore;
import org.dreamkeeper.store.ProjectStore;

/** A project that a node serves, from the node's database. */
record NodePlacement(NodeService service, NodeTable table, String id, String project)
    implements Placement {

  @Override
  public Future<? extends ProjectStore> open(
      Time time, ProjectThreads threads, String instance, Budget budget) {
    return PgProjectStore.open(table, time, threads, new PgOptions(id, project, instance, budget));
  }

  @Override
  public String node() {
    return service.self();
  }

  @Override
  public Residents residents() {
    return new Residents(service::lives, true);
  }

  @Override
  public String obstacle() {
    return service.obstacle();
  }
}
