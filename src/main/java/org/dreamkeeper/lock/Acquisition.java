package org.dreamkeeper.lock;

/**
 * What asking for the lock came to.
 *
 * @param grant the grant; null if somebody else holds it
 * @param holder who holds it instead; null with a grant
 * @param waiting how many wait for it; 0 with a grant
 */
public record Acquisition(LockGrant grant, LockHolder holder, int waiting) {

  /**
   * Tells whether the lock was granted.
   *
   * @return whether there is a grant
   */
  public boolean acquired() {
    return grant != null;
  }
}
