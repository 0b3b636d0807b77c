package org.dreamkeeper.run;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;

/** How a dream is to be undone. Mutable and not thread-safe; an undo works on a copy. */
public final class UndoOptions {
  /** How long the revert may take unless set. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  private static final Duration DAY = Duration.ofDays(1);

  private Duration timeout = DEFAULT_TIMEOUT;

  /** Makes the defaults. */
  public UndoOptions() {}

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public UndoOptions(UndoOptions other) {
    timeout = Objects.requireNonNull(other, "options is null").timeout;
  }

  /**
   * Reads the options.
   *
   * @param json {@code {timeoutMs?}}, not null
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public UndoOptions(JsonObject json) {
    timeout =
        new ConfigReader("", json, "timeoutMs")
            .duration("timeoutMs", DEFAULT_TIMEOUT, MIN_TIMEOUT, DAY);
  }

  /** {@return the options as JSON, a new object} */
  public JsonObject toJson() {
    return new JsonObject().put("timeoutMs", timeout.toMillis());
  }

  /** {@return how long the revert may take} */
  public Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets how long the revert may take until the undo gives up and the lock back.
   *
   * @param length 1 ms to 24 h, to the millisecond; by default 5 min
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public UndoOptions setTimeout(Duration length) {
    timeout = Arguments.inRange("timeout", length, MIN_TIMEOUT, DAY);
    return this;
  }
}
