package org.dreamkeeper.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of the lock of a holder that was pushed out: it is free.
 *
 * @param completed whether its dream counts, as the log says it had completed
 * @param lastCompletedAt when the last dream completed; empty if that is not known
 */
public record Eviction(boolean completed, Optional<Instant> lastCompletedAt) {}
