package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.ConfigReader;

/**
 * The lock's part of a project's configuration.
 *
 * @param leaseMs how long a grant lasts unless the request says otherwise, ms, 1,000 to 86,400,000
 * @param staleTimeoutMs after how long without a sign of life a foreign holder is pushed out, ms,
 *     1,000 to 31,536,000,000
 * @param checkPids whether a foreign holder's PID is looked up; false where it is of another PID
 *     namespace and only its age counts
 * @param settleMs how long to wait before a written lock is looked at again and granted, ms, 0 to
 *     500
 */
public record LockOptions(long leaseMs, long staleTimeoutMs, boolean checkPids, long settleMs) {
  /** {@code leaseMs} unless set: 30 min. */
  public static final long DEFAULT_LEASE_MS = 1_800_000;

  /** {@code staleTimeoutMs} unless set: 30 min, as the reference has it. */
  public static final long DEFAULT_STALE_TIMEOUT_MS = 1_800_000;

  /** {@code foreignPids} unless set. */
  public static final String DEFAULT_FOREIGN_PIDS = "check";

  /** {@code settleMs} unless set. */
  public static final long DEFAULT_SETTLE_MS = 0;

  /** The shortest lease, ms. */
  public static final long MIN_LEASE_MS = 1_000;

  /** The longest {@code settleMs}: the shortest lease is still worth something after it. */
  public static final long MAX_SETTLE_MS = MIN_LEASE_MS / 2;

  /** The longest lease, ms: a day. */
  public static final long MAX_LEASE_MS = 86_400_000;

  /**
   * Reads the options.
   *
   * @param json the {@code lock} object of the configuration, or null
   * @return the options
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public static LockOptions of(JsonObject json) {
    ConfigReader settings =
        new ConfigReader("lock", json, "leaseMs", "staleTimeoutMs", "foreignPids", "settleMs");
    return new LockOptions(
        settings.integer("leaseMs", DEFAULT_LEASE_MS, MIN_LEASE_MS, MAX_LEASE_MS),
        settings.integer("staleTimeoutMs", DEFAULT_STALE_TIMEOUT_MS, 1_000, 31_536_000_000L),
        settings.choice("foreignPids", DEFAULT_FOREIGN_PIDS, "check", "age").equals("check"),
        settings.integer("settleMs", DEFAULT_SETTLE_MS, 0, MAX_SETTLE_MS));
  }
}
