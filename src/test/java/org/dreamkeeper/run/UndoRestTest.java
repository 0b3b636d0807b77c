package org.dreamkeeper.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamTrigger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By the latest dreams, the newest first, and by when they were taken back: whether it rests. */
final class UndoRestTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);

  /** Each dream: completed, or so many hours ago taken back. The oldest is drm-1. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "12, '', -",
        "12, 'completed', -",
        "12, '1', 'drm-1 11'",
        "12, '11.9999', 'drm-1 0'",
        "12, '12', -",
        "2, '3', -",
        "2, '1', 'drm-1 1'",
        "0, '0', -",
        "-, '1', -",
        // The latest undo counts, not the newest dream.
        "12, '1 5', 'drm-2 11'",
        "12, '5 1', 'drm-1 11'",
        "12, '13 1', 'drm-1 11'",
        "12, '13 14', -",
        // A dream that completed after them ends the rest; one before them does not.
        "12, 'completed 1', -",
        "12, '1 completed', 'drm-2 11'",
        "12, '5 completed 1', 'drm-3 7'",
        // Another clock may go before ours, but not by more than the rest.
        "12, '-1', 'drm-1 13'",
        "12, '-12', -",
        "12, '-900 1', 'drm-1 11'"
      })
  void rests(String minHours, String dreams, String expected) {
    String[] each = dreams.isEmpty() ? new String[0] : dreams.split(" ", -1);
    List<DreamLogEntry> latest = new ArrayList<>();
    for (int i = 0; i < each.length; i++) {
      latest.add(entry("drm-" + (each.length - i), each[i]));
    }
    Optional<DreamGate.Undone> gate = UndoRest.gate(gates(minHours), latest, NOW);
    assertEquals(
        Optional.ofNullable(expected),
        gate.map(is -> is.logId() + " " + left(is).plusSeconds(1).toHours()));
    gate.ifPresent(
        is -> {
          assertEquals(hours(minHours), is.minInterval());
          assertEquals(is.undoneAt().plus(is.minInterval()), is.nextEligibleAt().orElseThrow());
        });
  }

  private static Duration left(DreamGate.Undone gate) {
    return Duration.between(NOW, gate.nextEligibleAt().orElseThrow());
  }

  private static Duration hours(String count) {
    return Duration.ofMillis(Math.round(Double.parseDouble(count) * 3_600_000));
  }

  private static DreamLogEntry entry(String id, String how) {
    Instant began = NOW.minus(Duration.ofDays(2));
    DreamLogEntry completed =
        DreamLogEntry.processing(id, began, DreamTrigger.MANUAL).completed(began);
    return how.equals("completed") ? completed : completed.undone(NOW.minus(hours(how)));
  }

  /** The hours are found wherever they stand. */
  private static JsonObject gates(String minHours) {
    JsonArray all = new JsonArray().add(gate("curations", new JsonObject()));
    if (minHours != null) {
      all.add(gate("hours", JsonObject.of("minHours", Double.valueOf(minHours))));
    }
    return JsonObject.of("all", all);
  }

  private static JsonObject gate(String name, JsonObject figures) {
    return JsonObject.of("gate", name, "open", true, "figures", figures);
  }
}
