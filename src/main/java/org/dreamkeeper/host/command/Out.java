package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.impl.text.OneLine;

/** What a command says: text for a person, in his zone, or JSON. Whatever it shows, on one line. */
final class Out {
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

  private final PrintStream out;
  private final boolean colour;
  private final Clock clock;

  /**
   * Makes one.
   *
   * @param colour whether it may be coloured
   * @param clock whose zone times are told in
   */
  Out(PrintStream out, boolean colour, Clock clock) {
    this.out = out;
    this.colour = colour;
    this.clock = clock;
  }

  /** Says a line. */
  void line(String text) {
    out.println(OneLine.of(text));
  }

  /** Says a line that stands out. */
  void title(String text) {
    out.println(coloured("1", OneLine.of(text)));
  }

  /** Says a line of a text that is no longer there. */
  void removed(String text) {
    out.println(coloured("31", OneLine.of(text)));
  }

  /** Says a line of a text that is new. */
  void added(String text) {
    out.println(coloured("32", OneLine.of(text)));
  }

  /** Says what something is, below a title. */
  void fact(String label, String text) {
    out.println("  " + pad(label) + OneLine.of(text));
  }

  /** Says something that is not as it should be. */
  void trouble(String label, String text) {
    out.println("  " + coloured("31", pad(label)) + OneLine.of(text));
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
    return colour ? "\u001b[" + how + "m" + text + "\u001b[0m" : text;
  }

  /** Tells a time: in the reader's zone, and how long ago, or in how long. */
  String time(Number ms) {
    Instant at = instant(ms);
    return at == null ? "a time that no clock shows" : shown(at) + " (" + distance(at) + ")";
  }

  private String shown(Instant at) {
    ZoneId zone = clock.getZone();
    return TIME.format(at.atZone(zone));
  }

  private String distance(Instant at) {
    Duration ago = Duration.between(at, clock.instant());
    String length = length(ago.abs());
    return ago.isNegative() ? "in " + length : length + " ago";
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
    for (Map.Entry<String, Object> each : object) {
      boolean time = TIMES.contains(each.getKey()) && each.getValue() instanceof Number;
      told.put(each.getKey(), time ? iso((Number) each.getValue()) : isoIn(each.getValue()));
    }
    return told;
  }

  private static String iso(Number ms) {
    Instant at = instant(ms);
    return at == null || ms.longValue() == 0 ? null : at.toString();
  }

  private static Object isoIn(Object value) {
    if (value instanceof JsonObject object) {
      return iso(object);
    }
    if (value instanceof JsonArray array) {
      JsonArray told = new JsonArray();
      array.forEach(each -> told.add(isoIn(each)));
      return told;
    }
    return value;
  }
}
