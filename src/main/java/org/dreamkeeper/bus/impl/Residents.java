package org.dreamkeeper.bus.impl;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Where holders of the lock live. Where several nodes may serve a project, one who lives elsewhere
 * outlives the deployment that granted it, and the next one goes on with his lock. Safe from any
 * thread.
 */
public final class Residents {
  private final Supplier<Set<String>> living;
  private volatile long kept;

  /** Makes it of what names the living nodes, and may block; null where nobody outlives. */
  public Residents(Supplier<Set<String>> living) {
    this.living = living;
  }

  /** Tells whether a holder may outlive the deployment. */
  public boolean outlive() {
    return living != null;
  }

  /** Names the nodes that live. May block. */
  public Set<String> living() {
    return living.get();
  }

  /** Tells whether who lives there may still be there; null is nobody knows where. May block. */
  public boolean lives(String node) {
    return node == null || living().contains(node);
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
