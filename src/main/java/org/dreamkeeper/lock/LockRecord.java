package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.file.FileStat;

/**
 * What {@code dream.lock} says while this service holds it: the PID, as every reader of the file
 * expects it, then one line of JSON that only this service looks at.
 *
 * @param pid the host's
 * @param token the holder's; 0 where the file says none that can be
 * @param instance the deployment that granted it
 * @param owner the holder's name for itself, or null
 * @param acquiredAt ms since 1970
 * @param expiresAt when the lease runs out, ms since 1970
 * @param leaseMs the lease's length
 * @param prior the mtime that the free file had, to which a rollback returns; null if there was no
 *     file, or none that can be
 */
record LockRecord(
    long pid,
    long token,
    String instance,
    String owner,
    long acquiredAt,
    long expiresAt,
    long leaseMs,
    Instant prior) {
  /** As JavaScript's {@code parseInt(text, 10)}: white space, a sign, digits, then anything. */
  private static final Pattern PID =
      Pattern.compile("[\\s\\u00a0\\ufeff\\u2028\\u2029]*\\+?([0-9]+)(.*)", Pattern.DOTALL);

  private static final int MAX_PID_DIGITS = 15;

  /** As much as JavaScript holds. */
  private static final long MAX_NUMBER = (1L << 53) - 1;

  private static final int MAX_OWNER = 256;

  /** As far as the mtime of a file can be set. */
  private static final Instant MAX_TIME = Instant.ofEpochSecond(0, Long.MAX_VALUE);

  /**
   * Reads the PID.
   *
   * @return the positive PID at the beginning of the content, empty if the lock is free; more
   *     digits than a PID can have are one that no process has
   */
  static Optional<Long> pid(String content) {
    Matcher matcher = PID.matcher(content);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String digits = matcher.group(1).replaceFirst("^0+", "");
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(digits.length() > MAX_PID_DIGITS ? MAX_NUMBER : Long.parseLong(digits));
  }

  /**
   * Reads a record; empty if the content is not one of ours, whole: up to the end of its line. What
   * stands in it that cannot be is left out: no value keeps a lock from being ended.
   */
  static Optional<LockRecord> parse(String content) {
    Matcher matcher = PID.matcher(content);
    Optional<Long> pid = pid(content);
    if (!content.endsWith("\n") || pid.isEmpty() || !matcher.matches()) {
      return Optional.empty();
    }
    try {
      return JsonText.parseObject(matcher.group(2).getBytes(StandardCharsets.UTF_8))
          .map(json -> of(pid.get(), json));
    } catch (ClassCastException | NullPointerException other) {
      return Optional.empty();
    }
  }

  private static LockRecord of(long pid, JsonObject json) {
    String owner = json.getString("owner");
    return new LockRecord(
        pid,
        number(json, "token"),
        Objects.requireNonNull(json.getString("instance")),
        owner == null || owner.length() > MAX_OWNER ? null : owner,
        number(json, "acquiredAt"),
        number(json, "expiresAt"),
        number(json, "leaseMs"),
        prior(json.getString("prior")));
  }

  private static long number(JsonObject json, String key) {
    double value = json.getNumber(key).doubleValue();
    return value >= 0 && value <= MAX_NUMBER ? (long) value : 0;
  }

  private static Instant prior(String text) {
    try {
      return text == null ? null : plausible(Instant.parse(text));
    } catch (DateTimeException none) {
      return null;
    }
  }

  /** The mtime if it can be one of a completed dream, and be set again; otherwise null. */
  static Instant plausible(Instant mtime) {
    return mtime == null || mtime.isBefore(Instant.EPOCH) || mtime.isAfter(MAX_TIME) ? null : mtime;
  }

  /** Tells whether a content that is no record is this one, broken off: it is more than the PID. */
  boolean isTorn(String content) {
    return content.startsWith(pid + " {");
  }

  String print() {
    JsonObject json = new JsonObject().put("token", token).put("instance", instance);
    if (owner != null) {
      json.put("owner", owner);
    }
    json.put("acquiredAt", acquiredAt)
        .put("expiresAt", expiresAt)
        .put("leaseMs", leaseMs)
        .put("priorMtime", millis(prior));
    if (prior != null) {
      // To the nanosecond, so that a rollback restores the mtime exactly.
      json.put("prior", prior.toString());
    }
    return pid + " " + json.encode() + "\n";
  }

  LockRecord renewed(long newExpiresAt, long newLeaseMs) {
    return new LockRecord(pid, token, instance, owner, acquiredAt, newExpiresAt, newLeaseMs, prior);
  }

  static long millis(Instant mtime) {
    return mtime == null ? 0 : FileStat.millis(mtime);
  }
}
