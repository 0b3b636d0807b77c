package org.dreamkeeper;

import io.vertx.core.Future;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.node.impl.NodeService;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.store.ProjectStore;

/** A project that a node serves, from the node's database. */
record NodePlacement(NodeService service, NodeTable table, String id, String project)
    implements Placement {

  @Override
  public Future<? extends ProjectStore> open(Opening own) {
    return own.postgres(table, id, project);
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
