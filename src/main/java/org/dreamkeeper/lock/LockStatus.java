package org.dreamkeeper.lock;

/**
 * How the lock stands.
 *
 * @param held whether somebody holds it
 * @param holder who; null if nobody does
 * @param lastCompletedAt when the last dream completed, ms since 1970; 0 if that is not known
 * @param waiting how many wait for it
 */
public record LockStatus(boolean held, LockHolder holder, long lastCompletedAt, int waiting) {}
