package org.dreamkeeper.node.impl;

import io.vertx.core.Future;

/** A project that this node serves: its actors are deployed, and its claim is taken. */
public interface Hosted {

  /** The epoch under which it is served. */
  long term();

  /** The prefix of the addresses on which its actors listen: local ones. */
  String at();

  /** Why the claim is gone, or null. */
  String lost();

  /** Ends it, and gives the claim back; never fails. */
  Future<Void> close();
}
