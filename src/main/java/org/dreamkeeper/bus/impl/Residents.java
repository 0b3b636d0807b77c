package org.dreamkeeper.bus.impl;

import java.util.function.Predicate;

/**
 * Where holders of the lock live. Where several nodes may serve a project, one who lives elsewhere
 * outlives the deployment that granted it, and the next one goes on with his lock. Safe from any
 * thread.
 */
public final class Residents {
  private final Predicate<String> living;
  private final boolean outlive;
  private volatile long kept;

  /** Makes it where no holder lives longer than the deployment. */
  public Residents() {
    this(null, false);
  }

  /**
   * Makes it where nodes may have served the project before.
   *
   * @param living tells whether who lives on a node may still be there; may block
   * @param outlive whether who is granted the lock may outlive this deployment
   */
  public Residents(Predicate<String> living, boolean outlive) {
    this.living = living;
    this.outlive = outlive;
  }

  /** Tells whether a holder may have outlived the deployment before. */
  public boolean found() {
    return living != null;
  }

  /** Tells whether a holder may outlive the deployment. */
  public boolean outlive() {
    return outlive;
  }

  /** Tells whether who lives there may still be there; null is nobody knows where. May block. */
  public boolean lives(String node) {
    return node == null || living.test(node);
  }

  /** Gives the token of one who has outlived the deployment before; 0 for none. */
  public long kept() {
    return kept;
  }

  /** Sets that, before the actors are deployed. */
  public void keep(long token) {
    kept = token;
  }
}
