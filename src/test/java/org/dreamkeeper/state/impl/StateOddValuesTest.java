package org.dreamkeeper.state.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.state.DreamState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No value that stands in the file, however odd, stops a read or a dream that is recorded. */
final class StateOddValuesTest extends StateTestBase {
  private static final String LONG_ID = "drm-" + "9".repeat(2_000_000);

  private static String file(String field, String value) {
    return "{\"version\": 1, \"curationsSinceDream\": 2, \"lastDreamAt\": null,"
        + " \"lastDreamLogId\": null, \"totalDreams\": 1, \""
        + field
        + "\": "
        + value
        + "}";
  }

  private void assertDreamIsRecorded() {
    JsonObject state = host.get("recordDream", new JsonObject().put("logId", "drm-7"));
    assertEquals("drm-7", state.getString("lastDreamLogId"));
    assertEquals(0, state.getInteger("curationsSinceDream"));
    assertTrue(DreamState.fromJson(state).lastDreamAt().isPresent());
  }

  @Test
  void everyTimeThatIsValidIsATime() {
    List<String> times = new ArrayList<>();
    for (String date :
        List.of("0000-01-01", "0000-02-29", "1900-02-28", "2000-02-29", "9999-12-31")) {
      for (String time :
          List.of("00:00", "23:59", "23:59:59", "12:00:00.1", "23:59:59.999999999")) {
        times.add(date + "T" + time + "Z");
      }
      times.add(date + "T12:00:00." + "9".repeat(5_000) + "Z");
    }
    for (String time : times) {
      JsonObject state = StateHost.empty().put("lastDreamAt", time);
      assertTrue(Schemas.check("state", state).isEmpty(), time);
      Instant read = DreamState.fromJson(state).lastDreamAt().orElseThrow();
      assertTrue(read.toString().startsWith(time.substring(0, 16)), time);
      assertEquals(read.toEpochMilli(), new State(CanonicalJson.object(state)).lastDreamAt());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"9999-12-31T23:59:60Z\"",
        "\"+10000-01-01T00:00:00Z\"",
        "\"-0001-01-01T00:00:00Z\"",
        "\"10000-01-01T00:00:00Z\"",
        "\"2026-02-29T00:00:00Z\"",
        "\"2026-01-01T24:00:00Z\"",
        "\"2026-01-01T00:00:00+01:00\"",
        "\"2026-01-01T00:00:00.Z\"",
        "\"2026-01-01T00:00:00Z\\n\"",
        "\"２０２６-01-01T00:00:00Z\"",
        "\"\"",
        "1e400",
        "9223372036854775808",
        "[]",
        "{}"
      })
  void aLastDreamAtThatIsNoTimeIsNone(String value) throws Exception {
    host.put(file("lastDreamAt", value));
    assertEquals("corrupt", host.degraded());
    assertNull(host.read().getString("lastDreamAt"));
    assertDreamIsRecorded();
  }

  @ParameterizedTest
  @CsvSource({
    "1e400, 0",
    "-1e400, 0",
    "9223372036854775807, 0",
    "9223372036854775808, 0",
    "1e300, 0",
    "9007199254740992, 0",
    "9007199254740991, 9007199254740991",
    "9007199254740991.0, 9007199254740991",
    "1e2, 100",
    "-0.0, 0",
    "1.5, 0",
    "true, 0"
  })
  void aCountThatIsNoneIsNought(String value, long count) throws Exception {
    for (String field : List.of("curationsSinceDream", "totalDreams")) {
      host.put(file(field, value));
      JsonObject state = host.read();
      assertEquals(count, state.getLong(field));
      assertEquals(state, DreamState.fromJson(state).toJson());
      assertDreamIsRecorded();
      host.put("");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"drm-\"",
        "\"drm--1\"",
        "\"drm-9999999999999999\"",
        "\"drm-18446744073709551616\"",
        "\"drm-٣\"",
        "7",
        "\"\\u0000\""
      })
  void aLastIdThatCannotBeCountedFromIsNone(String value) throws Exception {
    host.put(file("lastDreamLogId", value));
    host.read();
    assertDreamIsRecorded();
  }

  /** To make a number of so many digits takes minutes. */
  @Test
  void norDoesItsLengthMatter() throws Exception {
    host.put(file("lastDreamLogId", "\"" + LONG_ID + "\""));
    assertEquals(LONG_ID, host.read().getString("lastDreamLogId"));
    assertDreamIsRecorded();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -62_167_219_200_001L, 253_402_300_800_000L, Long.MAX_VALUE / 1_000_000})
  void norDoesTheClock(long now) {
    host.time.setMillis(now);
    assertDreamIsRecorded();
  }

  @Test
  void aNameThatIsNoNumberOfOursKeepsNothingFromBeingSetAside() throws Exception {
    for (String number : List.of("99999999999999999", "9007199254740993", "x")) {
      Files.writeString(host.directory.resolve("dream-state.json.corrupt-" + number), "theirs");
    }
    for (int i = 0; i < 8; i++) {
      host.put("broken " + i);
      host.get("incrementCurationCount", null);
    }
    List<String> names =
        host.names().stream().filter(name -> name.contains(".corrupt-")).sorted().toList();
    assertEquals(8, names.size(), names.toString());
    assertEquals(
        List.of("broken 3", "broken 4", "broken 5", "broken 6", "broken 7"),
        names.stream()
            .filter(name -> !name.matches(".*corrupt-(9.*|x)"))
            .map(
                name -> {
                  try {
                    return Files.readString(host.directory.resolve(name));
                  } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                  }
                })
            .toList());
  }
}
