package org.dreamkeeper.run;

import static org.dreamkeeper.state.GateOptions.MAX_COUNT;
import static org.dreamkeeper.state.GateOptions.MAX_INTERVAL;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;
import org.dreamkeeper.bus.impl.config.HourCount;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.log.DreamTrigger;

/**
 * How a dream is to run, and how its lock is asked for. Mutable and not thread-safe; whoever is
 * given it works on a copy.
 */
public final class RunOptions extends AcquireOptions {
  /** What set the dream off unless set. */
  public static final DreamTrigger DEFAULT_TRIGGER = DreamTrigger.AGENT_IDLE;

  /** The lease unless set: short, for a run renews it. */
  public static final Duration DEFAULT_LEASE = Duration.ofMinutes(1);

  /** How long the work may take unless set. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);
  private static final String KEYS =
      "owner leaseMs waitMs trigger taskId force timeoutMs minHours minCurations pendingTasks";

  private DreamTrigger trigger = DEFAULT_TRIGGER;
  private String taskId;
  private boolean force;
  private Duration timeout = DEFAULT_TIMEOUT;
  private Duration minInterval;
  private Long minCurations;
  private long pendingTasks;

  /** Makes the defaults: an idle agent's dream that passes all gates and waits for nobody. */
  public RunOptions() {
    super.setLease(DEFAULT_LEASE);
  }

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public RunOptions(RunOptions other) {
    this(Objects.requireNonNull(other, "options is null").toJson());
  }

  /**
   * Reads the options.
   *
   * @param json {@code {owner?, leaseMs?, waitMs?, trigger?, taskId?, force?, timeoutMs?,
   *     minHours?, minCurations?, pendingTasks?}}, not null; what is left out has its default
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public RunOptions(JsonObject json) {
    ConfigReader settings = new ConfigReader("", json, KEYS);
    super.setOwner(settings.textOrNull("owner"));
    super.setLease(settings.duration("leaseMs", DEFAULT_LEASE, MIN_LEASE, MAX_LEASE));
    super.setWait(settings.duration("waitMs", DEFAULT_WAIT, Duration.ZERO, MAX_WAIT));
    trigger = settings.word("trigger", DEFAULT_TRIGGER);
    taskId = settings.textOrNull("taskId");
    force = settings.bool("force", false);
    timeout = settings.duration("timeoutMs", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
    minInterval = settings.hours("minHours", null, MAX_INTERVAL);
    minCurations = settings.integerOrNull("minCurations", 0, MAX_COUNT);
    pendingTasks = settings.integer("pendingTasks", 0, 0, MAX_COUNT);
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        super.toJson()
            .put("trigger", trigger.json())
            .put("force", force)
            .put("timeoutMs", timeout.toMillis())
            .put("pendingTasks", pendingTasks);
    JsonFields.put(json, "taskId", taskId);
    JsonFields.put(json, "minHours", minInterval == null ? null : HourCount.write(minInterval));
    return JsonFields.put(json, "minCurations", minCurations);
  }

  @Override
  public RunOptions setOwner(String name) {
    super.setOwner(name);
    return this;
  }

  /**
   * {@inheritDoc} It is renewed each time a third of it has passed; by default it is 1 min.
   *
   * @param length 1 s to 24 h, to the millisecond
   * @return this
   */
  @Override
  public RunOptions setLease(Duration length) {
    super.setLease(length);
    return this;
  }

  @Override
  public RunOptions setWait(Duration length) {
    super.setWait(length);
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
    trigger = Objects.requireNonNull(cause, "trigger is null");
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

  /** {@return how long the work may take} */
  public Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets how long the work may take until the dream is cut short.
   *
   * @param length 1 ms to 24 h, to the millisecond; by default 5 min
   * @return this
   */
  public RunOptions setTimeout(Duration length) {
    timeout = Arguments.inRange("timeout", length, MIN_TIMEOUT, MAX_TIMEOUT);
    return this;
  }

  /** {@return how long ago the last dream must be; null for what the project has set} */
  public Duration getMinInterval() {
    return minInterval;
  }

  /**
   * Sets how long ago the last dream must be.
   *
   * @param length 0 to 1,000,000 h, to the millisecond; by default what the project has set
   * @return this
   */
  public RunOptions setMinInterval(Duration length) {
    minInterval = Arguments.inRange("minInterval", length, Duration.ZERO, MAX_INTERVAL);
    return this;
  }

  /** {@return how many curations there must be; null for what the project has set} */
  public Long getMinCurations() {
    return minCurations;
  }

  /**
   * Sets how many curations there must have been since the last dream; a queued summary stands in
   * for them.
   *
   * @param count 0 to 2^53 - 1, by default what the project has set
   * @return this
   */
  public RunOptions setMinCurations(long count) {
    minCurations = Arguments.inRange("minCurations", count, 0, MAX_COUNT);
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
    pendingTasks = Arguments.inRange("pendingTasks", count, 0, MAX_COUNT);
    return this;
  }
}
