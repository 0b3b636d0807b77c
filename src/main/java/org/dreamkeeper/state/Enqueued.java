package org.dreamkeeper.state;

/**
 * What became of stale summary paths that were to be queued.
 *
 * @param added how many of them were not queued before
 * @param queued how many are queued now
 */
public record Enqueued(int added, int queued) {}
