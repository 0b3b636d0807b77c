package org.dreamkeeper;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.ConfigReader;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.log.LogOptions;
import org.dreamkeeper.state.GateOptions;

/**
 * A project's configuration: the deployment config of {@link DreamkeeperVerticle}.
 *
 * @param address the address prefix, not blank
 * @param clustered whether the addresses are served cluster-wide
 * @param baseDir the directory that holds the project's files, absolute; created if missing. In the
 *     config it may be relative to the working directory
 * @param fsync whether a write is synced before it is acknowledged
 * @param lock the lock's part
 * @param log the log's part
 * @param gates what a dream needs unless it asks for other limits
 * @param maxPending how many requests, and how many waiters, an actor holds, 1 to 10,000,000
 * @param maxMessageBytes how large a body may be, as JSON, 1,024 to 67,108,864 (64 MiB: indented,
 *     it must still be a file that is read again)
 * @param maxBytes how much memory the project's requests, replies and caches may hold together,
 *     1,048,576 (1 MiB) to 1,125,899,906,842,624
 */
public record DreamkeeperOptions(
    String address,
    boolean clustered,
    String baseDir,
    boolean fsync,
    LockOptions lock,
    LogOptions log,
    GateOptions gates,
    int maxPending,
    int maxMessageBytes,
    long maxBytes) {
  /** {@code address} unless set. */
  public static final String DEFAULT_ADDRESS = "dream";

  /** {@code durability} unless set: every acknowledged write is on the disk. */
  public static final String DEFAULT_DURABILITY = "fsync";

  /** {@code maxPending} unless set. */
  public static final int DEFAULT_MAX_PENDING = 10_000;

  /** {@code maxMessageBytes} unless set: 16 MiB. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 16 << 20;

  /**
   * Reads the options.
   *
   * @param json the deployment config
   * @return the options
   * @throws IllegalArgumentException naming the key that is missing, unknown or out of range
   */
  public static DreamkeeperOptions of(JsonObject json) {
    ConfigReader settings =
        new ConfigReader(
            "",
            json,
            "address",
            "clustered",
            "baseDir",
            "durability",
            "lock",
            "log",
            "gates",
            "maxPending",
            "maxMessageBytes",
            "maxBytes");
    DreamkeeperOptions options =
        new DreamkeeperOptions(
            settings.text("address", DEFAULT_ADDRESS),
            settings.bool("clustered", false),
            settings.directory("baseDir"),
            settings.choice("durability", DEFAULT_DURABILITY, "fsync", "os").equals("fsync"),
            LockOptions.of(settings.object("lock")),
            LogOptions.of(settings.object("log")),
            GateOptions.of(settings.object("gates")),
            (int) settings.integer("maxPending", DEFAULT_MAX_PENDING, 1, 10_000_000),
            (int) settings.integer("maxMessageBytes", DEFAULT_MAX_MESSAGE_BYTES, 1024, 64 << 20),
            settings.integer(
                "maxBytes", Budget.defaultBytes(), Budget.MIN_BYTES, Budget.MAX_BYTES));
    long most = new Budget(options.maxBytes(), options.maxMessageBytes()).share();
    if (json != null && json.containsKey("maxMessageBytes") && options.maxMessageBytes() > most) {
      throw new IllegalArgumentException(
          "maxMessageBytes is %d, expected at most %d, a fifth of maxBytes"
              .formatted(options.maxMessageBytes(), most));
    }
    return options;
  }
}
