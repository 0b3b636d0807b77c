package org.dreamkeeper.file;

/**
 * How the lock is shared with processes that do not ask this service.
 *
 * @param staleTimeoutMs after how long without a sign of life one of them is pushed out, ms
 * @param checkPids whether its PID is looked up; false where it is of another PID namespace
 * @param settleMs how long to wait before a lock that was written is looked at again and counts,
 *     ms; 0 where none of them is expected
 */
public record LockSharing(long staleTimeoutMs, boolean checkPids, long settleMs) {}
