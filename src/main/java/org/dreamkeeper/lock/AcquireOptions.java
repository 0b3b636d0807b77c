package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;
import org.dreamkeeper.bus.impl.json.JsonFields;

/** How the lock is asked for. Mutable and not thread-safe; whoever is given it works on a copy. */
public class AcquireOptions {
  /** How long to stand in line unless set: not at all. */
  public static final Duration DEFAULT_WAIT = Duration.ZERO;

  /** The shortest lease. */
  public static final Duration MIN_LEASE = Duration.ofSeconds(1);

  /** The longest lease. */
  public static final Duration MAX_LEASE = Duration.ofDays(1);

  /** The longest time to stand in line. */
  public static final Duration MAX_WAIT = Duration.ofDays(1);

  private static final int MAX_OWNER = 256;

  private String owner;
  private Duration lease;
  private Duration wait = DEFAULT_WAIT;

  /** Makes the defaults: nobody's name, the project's lease, no waiting. */
  public AcquireOptions() {}

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public AcquireOptions(AcquireOptions other) {
    Objects.requireNonNull(other, "options is null");
    owner = other.owner;
    lease = other.lease;
    wait = other.wait;
  }

  /**
   * Reads the options.
   *
   * @param json {@code {owner?, leaseMs?, waitMs?}}, not null
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public AcquireOptions(JsonObject json) {
    ConfigReader settings = new ConfigReader("", json, "owner leaseMs waitMs");
    owner = Arguments.text("owner", settings.textOrNull("owner"), MAX_OWNER);
    lease = settings.duration("leaseMs", null, MIN_LEASE, MAX_LEASE);
    wait = settings.duration("waitMs", DEFAULT_WAIT, Duration.ZERO, MAX_WAIT);
  }

  /** {@return the options as JSON, a new object, without what is left to the project} */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("waitMs", wait.toMillis());
    JsonFields.put(json, "owner", owner);
    return lease == null ? json : json.put("leaseMs", lease.toMillis());
  }

  /** {@return the name under which the lock is held, or null} */
  public String getOwner() {
    return owner;
  }

  /**
   * Names the holder, for messages.
   *
   * @param name at most 256 characters, or null
   * @return this
   */
  public AcquireOptions setOwner(String name) {
    owner = Arguments.text("owner", name, MAX_OWNER);
    return this;
  }

  /** {@return how long the lock is held unless it is renewed; null for what the project has set} */
  public Duration getLease() {
    return lease;
  }

  /**
   * Sets how long the lock is held unless it is renewed.
   *
   * @param length 1 s to 24 h, to the millisecond
   * @return this
   */
  public AcquireOptions setLease(Duration length) {
    lease = Arguments.inRange("lease", length, MIN_LEASE, MAX_LEASE);
    return this;
  }

  /** {@return how long to stand in line for the lock} */
  public Duration getWait() {
    return wait;
  }

  /**
   * Sets how long to stand in line for the lock.
   *
   * @param length 0 (the default) to 24 h, to the millisecond
   * @return this
   */
  public AcquireOptions setWait(Duration length) {
    wait = Arguments.inRange("wait", length, Duration.ZERO, MAX_WAIT);
    return this;
  }
}
