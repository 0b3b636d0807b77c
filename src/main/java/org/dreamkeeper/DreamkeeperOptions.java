package org.dreamkeeper;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.log.LogOptions;
import org.dreamkeeper.postgres.PgOptions;
import org.dreamkeeper.state.GateOptions;

/**
 * A project's configuration: as JSON, the deployment config of {@link DreamkeeperVerticle}. Mutable
 * and not thread-safe.
 *
 * <pre>{@code
 * JsonObject config = new DreamkeeperOptions().setBaseDir("data/notes").toJson();
 * vertx.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config));
 * }</pre>
 */
public final class DreamkeeperOptions {
  /** The address prefix unless set. */
  public static final String DEFAULT_ADDRESS = "dream";

  /** What acknowledged means unless set: it is on the disk. */
  public static final Durability DEFAULT_DURABILITY = Durability.FSYNC;

  /** How many requests, and how many waiters, an actor holds unless set. */
  public static final int DEFAULT_MAX_PENDING = 10_000;

  /** How large a body may be unless set: 16 MiB. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 16 << 20;

  private static final String KEYS =
      "address clustered baseDir postgres durability lock log gates maxPending maxMessageBytes"
          + " maxBytes texts";
  private static final int MOST_PENDING = 10_000_000;
  private static final int MIN_MESSAGE_BYTES = 1024;
  private static final int MOST_MESSAGE_BYTES = 64 << 20;

  private String baseDir;
  private String postgres;
  private String texts;
  private String address = DEFAULT_ADDRESS;
  private boolean clustered;
  private Durability durability = DEFAULT_DURABILITY;
  private LockOptions lock = new LockOptions();
  private LogOptions log = new LogOptions();
  private GateOptions gates = new GateOptions();
  private int maxPending = DEFAULT_MAX_PENDING;
  private Long maxMessageBytes;
  private Long maxBytes;

  /** Makes the defaults, which still need a base directory. */
  public DreamkeeperOptions() {}

  /** Makes a copy of others, not null. */
  public DreamkeeperOptions(DreamkeeperOptions other) {
    this(Objects.requireNonNull(other, "options is null").toJson(), false);
  }

  /**
   * Reads the options.
   *
   * @param json the deployment config, not null; {@code baseDir} or {@code postgres} must be there
   * @throws IllegalArgumentException naming the key that is missing, unknown or out of range
   */
  public DreamkeeperOptions(JsonObject json) {
    this(json, true);
  }

  private DreamkeeperOptions(JsonObject json, boolean complete) {
    ConfigReader settings = new ConfigReader("", json, KEYS);
    if (json.containsKey("postgres")) {
      FileSettings.refuse(json);
      setPostgres(settings.text("postgres", null));
    } else if (complete || json.containsKey("baseDir")) {
      baseDir = settings.directory("baseDir");
    }
    texts = json.containsKey("texts") ? settings.directory("texts") : null;
    address = settings.text("address", DEFAULT_ADDRESS);
    clustered = settings.bool("clustered", false);
    durability = settings.word("durability", DEFAULT_DURABILITY);
    lock = new LockOptions(settings.object("lock"));
    log = new LogOptions(settings.object("log"));
    gates = new GateOptions(settings.object("gates"));
    maxPending = (int) settings.integer("maxPending", DEFAULT_MAX_PENDING, 1, MOST_PENDING);
    maxMessageBytes =
        settings.integerOrNull("maxMessageBytes", MIN_MESSAGE_BYTES, MOST_MESSAGE_BYTES);
    maxBytes = settings.integerOrNull("maxBytes", Budget.MIN_BYTES, Budget.MAX_BYTES);
    long most = new Budget(getMaxBytes(), getMaxMessageBytes()).share();
    if (maxMessageBytes != null && maxMessageBytes > most) {
      throw new IllegalArgumentException(
          "maxMessageBytes is %d, expected at most %d, a fifth of maxBytes"
              .formatted(maxMessageBytes, most));
    }
  }

  /** {@return the deployment config, new, without what is not set and depends on the host} */
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("address", address)
            .put("clustered", clustered)
            .put("baseDir", baseDir)
            .put("postgres", postgres)
            .put("texts", texts)
            .put("durability", Words.of(durability))
            .put("lock", lock.toJson())
            .put("log", log.toJson())
            .put("gates", gates.toJson())
            .put("maxPending", maxPending)
            .put("maxMessageBytes", maxMessageBytes)
            .put("maxBytes", maxBytes);
    json.getMap().values().removeIf(Objects::isNull);
    return postgres == null ? json : FileSettings.withoutDefaults(json);
  }

  /** {@return the directory that holds the project's files, absolute; null if it is not set} */
  public String getBaseDir() {
    return baseDir;
  }

  /** Sets it, absolute or relative to the working directory; it is created if missing. */
  public DreamkeeperOptions setBaseDir(String path) {
    baseDir = alone("baseDir", path).directory("baseDir");
    return this;
  }

  private static ConfigReader alone(String key, String value) {
    return new ConfigReader("", new JsonObject().put(key, value), key);
  }

  /** {@return the folder of the texts that dreams change, absolute; or null} */
  public String getTexts() {
    return texts;
  }

  /** Sets the folder of the texts that dreams change, a path as the base directory; gives this. */
  public DreamkeeperOptions setTexts(String path) {
    texts = alone("texts", path).directory("texts");
    return this;
  }

  /** {@return the database that keeps the project instead, with its password; or null} */
  public String getPostgres() {
    return postgres;
  }

  /** Sets that, as {@code postgresql://user@host:5432/database}; needs {@code vertx-pg-client}. */
  public DreamkeeperOptions setPostgres(String uri) {
    PgOptions.place(uri);
    postgres = uri;
    return this;
  }

  /** {@return where the project is kept, for a person: without credentials} */
  public String place() {
    return postgres == null ? baseDir : PgOptions.place(postgres);
  }

  /** {@return the address prefix} */
  public String getAddress() {
    return address;
  }

  /** Sets the address prefix, not blank; gives this. */
  public DreamkeeperOptions setAddress(String prefix) {
    address = alone("address", prefix).text("address", null);
    return this;
  }

  /** {@return whether the addresses are served cluster-wide} */
  public boolean isClustered() {
    return clustered;
  }

  /** Sets whether the addresses are served cluster-wide; gives this. */
  public DreamkeeperOptions setClustered(boolean all) {
    clustered = all;
    return this;
  }

  /** {@return what it means that a write is acknowledged} */
  public Durability getDurability() {
    return durability;
  }

  /** Sets what it means that a write is acknowledged, not null; gives this. */
  public DreamkeeperOptions setDurability(Durability what) {
    durability = Objects.requireNonNull(what, "durability is null");
    return this;
  }

  /** {@return the lock's part, to be changed in place} */
  public LockOptions getLock() {
    return lock;
  }

  /** {@return the log's part, to be changed in place} */
  public LogOptions getLog() {
    return log;
  }

  /** {@return the gates' part, to be changed in place} */
  public GateOptions getGates() {
    return gates;
  }

  /** {@return how many requests, and waiters, an actor holds} */
  public int getMaxPending() {
    return maxPending;
  }

  /** Sets how many requests, and waiters, an actor holds before BUSY, up to 10^7; gives this. */
  public DreamkeeperOptions setMaxPending(int count) {
    maxPending = (int) Arguments.inRange("maxPending", count, 1, MOST_PENDING);
    return this;
  }

  /** {@return how large a body may be, as JSON, bytes} */
  public int getMaxMessageBytes() {
    return maxMessageBytes == null ? DEFAULT_MAX_MESSAGE_BYTES : maxMessageBytes.intValue();
  }

  /** Sets that, from 1 KiB to 64 MiB, and to a fifth of {@code maxBytes} at most; gives this. */
  public DreamkeeperOptions setMaxMessageBytes(int bytes) {
    maxMessageBytes =
        Arguments.inRange("maxMessageBytes", bytes, MIN_MESSAGE_BYTES, MOST_MESSAGE_BYTES);
    return this;
  }

  /** {@return how much memory the project's requests, replies and caches may hold, bytes} */
  public long getMaxBytes() {
    return maxBytes == null ? Budget.defaultBytes() : maxBytes;
  }

  /** Sets that, from 1 MiB to 2^50 bytes; by default it is a tenth of the heap; gives this. */
  public DreamkeeperOptions setMaxBytes(long bytes) {
    maxBytes = Arguments.inRange("maxBytes", bytes, Budget.MIN_BYTES, Budget.MAX_BYTES);
    return this;
  }
}
