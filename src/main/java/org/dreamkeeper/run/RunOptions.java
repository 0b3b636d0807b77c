package org.dreamkeeper.run;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.state.GateOptions;

/** How a dream is to run. Mutable and not thread-safe; a run works on a copy. */
public final class RunOptions {
  /** How long the work may take unless set, ms. */
  public static final long DEFAULT_TIMEOUT_MS = 300_000;

  /** The lease unless set, ms: short, for a run renews it. */
  public static final long DEFAULT_LEASE_MS = 60_000;

  private static final long MIN_LEASE_MS = 1_000;
  private static final long DAY_MS = 86_400_000;

  private String owner;
  private DreamTrigger trigger = DreamTrigger.AGENT_IDLE;
  private String taskId;
  private boolean force;
  private long waitMs;
  private long leaseMs = DEFAULT_LEASE_MS;
  private long timeoutMs = DEFAULT_TIMEOUT_MS;
  private Double minHours;
  private Long minCurations;
  private long pendingTasks;

  /** Makes the defaults: an idle agent's dream that passes all gates and waits for nobody. */
  public RunOptions() {}

  /**
   * Makes a copy.
   *
   * @param other of which
   */
  public RunOptions(RunOptions other) {
    Objects.requireNonNull(other, "options is null");
    owner = other.owner;
    trigger = other.trigger;
    taskId = other.taskId;
    force = other.force;
    waitMs = other.waitMs;
    leaseMs = other.leaseMs;
    timeoutMs = other.timeoutMs;
    minHours = other.minHours;
    minCurations = other.minCurations;
    pendingTasks = other.pendingTasks;
  }

  /** {@return the name under which the lock is held, or null} */
  public String getOwner() {
    return owner;
  }

  /**
   * Names the holder.
   *
   * @param name at most 256 characters, or null
   * @return this
   */
  public RunOptions setOwner(String name) {
    owner = name;
    return this;
  }

  /** {@return what set the dream off} */
  public DreamTrigger getTrigger() {
    return trigger;
  }

  /**
   * Says what set the dream off; by default an idle agent.
   *
   * @param cause not null
   * @return this
   */
  public RunOptions setTrigger(DreamTrigger cause) {
    trigger = Objects.requireNonNull(cause, "trigger");
    return this;
  }

  /** {@return the agent's task that runs it, or null} */
  public String getTaskId() {
    return taskId;
  }

  /**
   * Names the agent's task.
   *
   * @param id or null
   * @return this
   */
  public RunOptions setTaskId(String id) {
    taskId = id;
    return this;
  }

  /** {@return whether all gates but lock and state are passed over} */
  public boolean isForce() {
    return force;
  }

  /**
   * Passes over all gates but the lock, and a state that cannot be read.
   *
   * @param passOver whether
   * @return this
   */
  public RunOptions setForce(boolean passOver) {
    force = passOver;
    return this;
  }

  /** {@return how long to stand in line for the lock, ms} */
  public long getWaitMs() {
    return waitMs;
  }

  /**
   * Sets how long to stand in line for the lock.
   *
   * @param ms 0 (the default) to 86,400,000
   * @return this
   */
  public RunOptions setWaitMs(long ms) {
    waitMs = inRange("waitMs", ms, 0, DAY_MS);
    return this;
  }

  /** {@return the lease, ms} */
  public long getLeaseMs() {
    return leaseMs;
  }

  /**
   * Sets the lease; it is renewed each time a third of it has passed.
   *
   * @param ms 1,000 to 86,400,000, default 60,000
   * @return this
   */
  public RunOptions setLeaseMs(long ms) {
    leaseMs = inRange("leaseMs", ms, MIN_LEASE_MS, DAY_MS);
    return this;
  }

  /** {@return how long the work may take, ms} */
  public long getTimeoutMs() {
    return timeoutMs;
  }

  /**
   * Sets how long the work may take until the dream is cut short.
   *
   * @param ms 1 to 86,400,000, default 300,000
   * @return this
   */
  public RunOptions setTimeoutMs(long ms) {
    timeoutMs = inRange("timeoutMs", ms, 1, DAY_MS);
    return this;
  }

  /** {@return hours that must have passed since the last dream; null for what the host has set} */
  public Double getMinHours() {
    return minHours;
  }

  /**
   * Sets how many hours must have passed since the last dream.
   *
   * @param hours 0 to 1,000,000, by default what the host has set
   * @return this
   */
  public RunOptions setMinHours(double hours) {
    if (!(hours >= 0 && hours <= GateOptions.MAX_HOURS)) {
      throw new IllegalArgumentException("minHours is " + hours + ", expected 0 to 1000000");
    }
    minHours = hours;
    return this;
  }

  /**
   * {@return curations that there must have been since the last dream; null for what the host has
   * set}
   */
  public Long getMinCurations() {
    return minCurations;
  }

  /**
   * Sets how many curations there must have been since the last dream; a queued summary stands in
   * for them.
   *
   * @param count 0 to 2^53 - 1, by default what the host has set
   * @return this
   */
  public RunOptions setMinCurations(long count) {
    minCurations = inRange("minCurations", count, 0, GateOptions.MAX_COUNT);
    return this;
  }

  /** {@return tasks that are pending} */
  public long getPendingTasks() {
    return pendingTasks;
  }

  /**
   * Says how many tasks the agent still has; it dreams when there are none.
   *
   * @param count 0 to 2^53 - 1, default 0
   * @return this
   */
  public RunOptions setPendingTasks(long count) {
    pendingTasks = inRange("pendingTasks", count, 0, GateOptions.MAX_COUNT);
    return this;
  }

  /**
   * Gives what the gates are asked; what is not set is left to the host.
   *
   * @return the body of {@code gates}
   */
  public JsonObject limits() {
    JsonObject limits = new JsonObject().put("pendingTasks", pendingTasks).put("force", force);
    if (minHours != null) {
      limits.put("minHours", minHours);
    }
    return minCurations == null ? limits : limits.put("minCurations", minCurations);
  }

  private static long inRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected " + min + " to " + max);
    }
    return value;
  }
}
