package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.dreamkeeper.bus.impl.text.OneLine;

/**
 * What a command says: text for a person, in his zone, or JSON. Whatever it shows, on one line.
 *
 * @param colour whether it may be coloured
 * @param clock whose zone times are told in
 */
record Out(PrintStream out, boolean colour, Clock clock) {
  static final String BOLD = "1";
  static final String RED = "31";
  static final String GREEN = "32";

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final int LABEL = 11;
  private static final int SCHEMA = 1;

  /** The keys of times, in ms since 1970; 0 is never. */
  private static final Set<String> TIMES =
      Set.of(
          ("now startedAt silentSince acquiredAt expiresAt lastCompletedAt renewedAt at since"
                  + " lastDreamAt lastAskedAt nextEligibleAt lastFailedAt ignored completedAt"
                  + " undoneAt")
              .split(" "));

  /** Says a line. */
  void line(String text) {
    line(null, text);
  }

  /** Says a line in a colour, or null. */
  void line(String how, String text) {
    out.println(coloured(how, OneLine.of(text)));
  }

  /** Says what something is, below a title. */
  void fact(String label, String text) {
    out.println("  " + pad(label) + OneLine.of(text));
  }

  /** Says something that is not as it should be. */
  void trouble(String label, String text) {
    out.println("  " + coloured(RED, pad(label)) + OneLine.of(text));
  }

  /** Says how many files of the log cannot be read, if there are some. */
  void unreadable(String label, JsonObject told) {
    if (told.getInteger("unreadable") > 0) {
      trouble(
          label, count(told.getInteger("unreadable"), "unreadable file") + " (doctor tells more)");
    }
  }

  /** Says more about the line before. */
  void more(String text) {
    out.println("  " + " ".repeat(LABEL) + coloured("2", OneLine.of(text)));
  }

  private static String pad(String label) {
    String shown = OneLine.of(label);
    return shown + " ".repeat(Math.max(1, LABEL - shown.length()));
  }

  private String coloured(String how, String text) {
    return colour && how != null ? "\u001b[" + how + "m" + text + "\u001b[0m" : text;
  }

  /** Tells a time: in the reader's zone, and how long ago, or in how long. */
  String time(Number ms) {
    Instant at = instant(ms);
    if (at == null) {
      return "a time that no clock shows";
    }
    Duration ago = Duration.between(at, clock.instant());
    String length = length(ago.abs());
    String distance = ago.isNegative() ? "in " + length : length + " ago";
    return TIME.format(at.atZone(clock.getZone())) + " (" + distance + ")";
  }

  /** Names who holds the lock. */
  static String who(JsonObject holder) {
    String owner = holder.getString("owner");
    return "PID " + holder.getLong("pid") + (owner == null ? "" : " (\"" + owner + "\")");
  }

  /** Such as {@code 1 dream}, {@code 2 dreams}. */
  static String count(long number, String one) {
    return number + " " + one + (number == 1 ? "" : "s");
  }

  /** Tells a length of time in its largest unit. */
  static String length(Duration length) {
    long seconds = length.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return length.toMinutes() + " m";
    }
    return length.toHours() < 48 ? length.toHours() + " h" : length.toDays() + " d";
  }

  private static Instant instant(Number ms) {
    double value = ms.doubleValue();
    return value >= 0 && value <= 253_402_300_799_999.0
        ? Instant.ofEpochMilli(ms.longValue())
        : null;
  }

  /** Says how a command ended well. */
  void json(String command, JsonObject data) {
    envelope(command, true, "data", iso(data));
  }

  /** Says why it did not. */
  void json(String command, CommandException failure) {
    envelope(command, false, "error", failure.toJson());
  }

  private void envelope(String command, boolean good, String key, JsonObject what) {
    out.println(
        JsonObject.of("schema", SCHEMA, "command", command, "ok", good).put(key, what).encode());
  }

  /** Makes all times in an object ISO-8601, or null where they are never. */
  static JsonObject iso(JsonObject object) {
    JsonObject told = new JsonObject();
    object.forEach(each -> told.put(each.getKey(), iso(each.getKey(), each.getValue())));
    return told;
  }

  private static Object iso(String key, Object value) {
    if (value instanceof Number ms && TIMES.contains(key)) {
      Instant at = instant(ms);
      return at == null || ms.longValue() == 0 ? null : at.toString();
    }
    if (value instanceof JsonArray array) {
      return new JsonArray(array.stream().map(each -> iso("", each)).toList());
    }
    return value instanceof JsonObject object ? iso(object) : value;
  }
}
