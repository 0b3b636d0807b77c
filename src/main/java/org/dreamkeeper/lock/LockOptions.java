package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;
import org.dreamkeeper.bus.impl.config.Words;

/** The lock's part of a project's configuration. Mutable and not thread-safe. */
public final class LockOptions {
  /** How long a grant lasts unless set. */
  public static final Duration DEFAULT_LEASE = Duration.ofMinutes(30);

  /** After how long a silent foreign holder is pushed out unless set, as the reference has it. */
  public static final Duration DEFAULT_STALE_TIMEOUT = Duration.ofMinutes(30);

  /** What a foreign PID says unless set. */
  public static final ForeignPids DEFAULT_FOREIGN_PIDS = ForeignPids.CHECK;

  /** How long to wait before a lock that was written is granted unless set: not at all. */
  public static final Duration DEFAULT_SETTLE = Duration.ZERO;

  private static final Duration MIN_STALE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MAX_STALE_TIMEOUT = Duration.ofDays(365);

  /** The shortest lease is still worth something after it. */
  private static final Duration MAX_SETTLE = AcquireOptions.MIN_LEASE.dividedBy(2);

  private Duration lease;
  private Duration staleTimeout;
  private ForeignPids foreignPids;
  private Duration settle;

  /** What the PID of a foreign holder says. */
  public enum ForeignPids {
    /** It is looked up: a holder whose process is gone is dead. */
    CHECK,
    /** Nothing, for it is of another PID namespace: only the holder's age counts. */
    AGE
  }

  /** Makes the defaults. */
  public LockOptions() {
    this(new JsonObject());
  }

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public LockOptions(LockOptions other) {
    this(Objects.requireNonNull(other, "options is null").toJson());
  }

  /**
   * Reads the options.
   *
   * @param json {@code {leaseMs?, staleTimeoutMs?, foreignPids?, settleMs?}}, not null
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public LockOptions(JsonObject json) {
    ConfigReader settings =
        new ConfigReader("lock", json, "leaseMs staleTimeoutMs foreignPids settleMs");
    lease =
        settings.duration(
            "leaseMs", DEFAULT_LEASE, AcquireOptions.MIN_LEASE, AcquireOptions.MAX_LEASE);
    staleTimeout =
        settings.duration(
            "staleTimeoutMs", DEFAULT_STALE_TIMEOUT, MIN_STALE_TIMEOUT, MAX_STALE_TIMEOUT);
    foreignPids = settings.word("foreignPids", DEFAULT_FOREIGN_PIDS);
    settle = settings.duration("settleMs", DEFAULT_SETTLE, Duration.ZERO, MAX_SETTLE);
  }

  /** {@return the options as JSON, a new object} */
  public JsonObject toJson() {
    return new JsonObject()
        .put("leaseMs", lease.toMillis())
        .put("staleTimeoutMs", staleTimeout.toMillis())
        .put("foreignPids", Words.of(foreignPids))
        .put("settleMs", settle.toMillis());
  }

  /** {@return how long a grant lasts unless the request says otherwise} */
  public Duration getLease() {
    return lease;
  }

  /**
   * Sets how long a grant lasts unless the request says otherwise.
   *
   * @param length 1 s to 24 h, to the millisecond; by default 30 min
   * @return this
   */
  public LockOptions setLease(Duration length) {
    lease = Arguments.inRange("lease", length, AcquireOptions.MIN_LEASE, AcquireOptions.MAX_LEASE);
    return this;
  }

  /** {@return after how long without a sign of life a foreign holder is pushed out} */
  public Duration getStaleTimeout() {
    return staleTimeout;
  }

  /**
   * Sets after how long without a sign of life a foreign holder is pushed out.
   *
   * @param length 1 s to 365 days, to the millisecond; by default 30 min
   * @return this
   */
  public LockOptions setStaleTimeout(Duration length) {
    staleTimeout = Arguments.inRange("staleTimeout", length, MIN_STALE_TIMEOUT, MAX_STALE_TIMEOUT);
    return this;
  }

  /** {@return what the PID of a foreign holder says} */
  public ForeignPids getForeignPids() {
    return foreignPids;
  }

  /**
   * Sets what the PID of a foreign holder says.
   *
   * @param what not null
   * @return this
   */
  public LockOptions setForeignPids(ForeignPids what) {
    foreignPids = Objects.requireNonNull(what, "foreignPids is null");
    return this;
  }

  /** {@return how long to wait before a lock that was written is looked at again and granted} */
  public Duration getSettle() {
    return settle;
  }

  /**
   * Sets how long to wait before a lock that was written is looked at again and granted: for a
   * directory that the reference uses, too.
   *
   * @param length 0 (the default) to 500 ms, to the millisecond
   * @return this
   */
  public LockOptions setSettle(Duration length) {
    settle = Arguments.inRange("settle", length, Duration.ZERO, MAX_SETTLE);
    return this;
  }
}
