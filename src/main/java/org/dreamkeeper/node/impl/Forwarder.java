package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;

/** Brings requests to whoever serves their project. */
interface Forwarder {

  /** Gives who serves a project now; null for nobody. */
  Route route(String project);

  /** Asks him; fails as the bus does. */
  Future<Message<Object>> forward(Route route, String project, String actor, Ask ask);
}
