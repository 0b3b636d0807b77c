package org.dreamkeeper.admin.impl;

import io.vertx.core.Future;
import org.dreamkeeper.admin.AdminClient;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.bus.impl.ActorClient;

/** Asks the admin actor. */
public final class AdminClientImpl implements AdminClient {
  private final ActorClient actor;

  /** Makes a client. */
  public AdminClientImpl(ActorClient actor) {
    this.actor = actor;
  }

  @Override
  public Future<Overview> overview() {
    return actor.read("overview", null).map(reply -> Overview.of(reply.body()));
  }
}
