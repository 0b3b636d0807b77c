package org.dreamkeeper;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;

/** How a client speaks to its project. Mutable and not thread-safe; a client works on a copy. */
public final class ClientOptions {
  /** The project's address prefix unless set. */
  public static final String DEFAULT_ADDRESS = DreamkeeperOptions.DEFAULT_ADDRESS;

  /** How long an answer is waited for unless set. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  private String address;
  private Duration timeout;

  /** Makes the defaults. */
  public ClientOptions() {
    this(new JsonObject());
  }

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public ClientOptions(ClientOptions other) {
    this(Objects.requireNonNull(other, "options is null").toJson());
  }

  /**
   * Reads the options.
   *
   * @param json {@code {address?, timeoutMs?}}, not null
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public ClientOptions(JsonObject json) {
    ConfigReader settings = new ConfigReader("", json, "address timeoutMs");
    address = settings.text("address", DEFAULT_ADDRESS);
    timeout = settings.duration("timeoutMs", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
  }

  /** {@return the options as JSON, a new object} */
  public JsonObject toJson() {
    return new JsonObject().put("address", address).put("timeoutMs", timeout.toMillis());
  }

  /** {@return the project's address prefix} */
  public String getAddress() {
    return address;
  }

  /**
   * Sets the project's address prefix.
   *
   * @param prefix not null
   * @return this
   */
  public ClientOptions setAddress(String prefix) {
    address = Objects.requireNonNull(prefix, "prefix is null");
    return this;
  }

  /** {@return how long an answer is waited for} */
  public Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets how long an answer is waited for.
   *
   * @param length 1 ms to 24 h, to the millisecond; by default 30 s
   * @return this
   */
  public ClientOptions setTimeout(Duration length) {
    timeout = Arguments.inRange("timeout", length, MIN_TIMEOUT, MAX_TIMEOUT);
    return this;
  }
}
