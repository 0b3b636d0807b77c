package org.dreamkeeper.file;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.LockRecord;

/**
 * What {@code dream.lock} says while it is held: the PID, as every reader of the file expects it,
 * then, of a record of ours, one line of JSON that only this service looks at.
 */
final class LockText {
  /** As JavaScript's {@code parseInt(text, 10)}: white space, a sign, digits, then anything. */
  private static final Pattern PID =
      Pattern.compile("[\\s\\u00a0\\ufeff\\u2028\\u2029]*\\+?0*([1-9][0-9]*)(.*)", Pattern.DOTALL);

  private static final int MAX_PID_DIGITS = 15;

  /** As much as JavaScript holds. */
  private static final long MAX_NUMBER = (1L << 53) - 1;

  private static final int MAX_OWNER = 256;

  /** As far as the mtime of a file can be set. */
  private static final Instant MAX_TIME = Instant.ofEpochSecond(0, Long.MAX_VALUE);

  private LockText() {}

  /**
   * Reads the positive PID at the beginning of a content; empty if the lock is free. More digits
   * than a PID can have are one that no process has.
   */
  static Optional<Long> pid(String content) {
    Matcher matcher = PID.matcher(content);
    return matcher.matches() ? Optional.of(pid(matcher)) : Optional.empty();
  }

  private static long pid(Matcher matcher) {
    String digits = matcher.group(1);
    return digits.length() > MAX_PID_DIGITS ? MAX_NUMBER : Long.parseLong(digits);
  }

  /**
   * Reads a record; empty if the content is not one of ours, whole: up to the end of its line. What
   * stands in it that cannot be is left out: no value keeps a lock from being ended.
   */
  static Optional<LockRecord> parse(String content) {
    Matcher matcher = PID.matcher(content);
    if (!content.endsWith("\n") || !matcher.matches()) {
      return Optional.empty();
    }
    try {
      return JsonText.parseObject(matcher.group(2).getBytes(StandardCharsets.UTF_8))
          .map(json -> of(pid(matcher), json));
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
        prior(json.getString("prior")),
        null);
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

  static String print(LockRecord lock) {
    JsonObject json = JsonObject.of("token", lock.token(), "instance", lock.instance());
    JsonFields.put(json, "owner", lock.owner());
    json.put("acquiredAt", lock.acquiredAt()).put("expiresAt", lock.expiresAt());
    json.put("leaseMs", lock.leaseMs());
    Instant prior = lock.prior();
    json.put("priorMtime", prior == null ? 0 : FileStat.millis(prior));
    if (prior != null) {
      // To the nanosecond, so that a rollback restores the mtime exactly.
      json.put("prior", prior.toString());
    }
    return lock.pid() + " " + json.encode() + "\n";
  }

  /** Tells whether a content that is no record is this one, broken off: it is more than the PID. */
  static boolean isTorn(String content, LockRecord lock) {
    return content.startsWith(lock.pid() + " {");
  }
}
