package org.dreamkeeper.file;

import org.dreamkeeper.bus.impl.Budget;

/**
 * Which directory is served, and how.
 *
 * @param baseDir its path
 * @param sync whether what is written is forced to the disk
 * @param lock with whom the lock is shared
 * @param instance the claimant's id
 * @param contact how the claimant is asked
 * @param budget how large what is read may be
 */
public record FileOptions(
    String baseDir,
    boolean sync,
    LockSharing lock,
    String instance,
    Contact contact,
    Budget budget) {}
