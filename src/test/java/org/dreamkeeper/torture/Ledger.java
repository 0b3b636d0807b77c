package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a {@link Crowd} has told, and whether a service still has all that it acknowledged. */
final class Ledger {
  private record Edition(long asked, long stored) {}

  private record Dream(long startedAt, long seen) {}

  private final Map<String, Edition> entries = new HashMap<>();

  /** The dreams whose acknowledgement was heard, by the numbers of their ids. */
  private final TreeMap<Long, Dream> told = new TreeMap<>();

  private long asked;
  private long added;
  private long stored;
  private long dreamt;
  private long counted;
  private long seen;
  private long lastCounted;

  /** Takes a line of the witness; from any thread. */
  synchronized void note(String line) {
    String[] words = line.split(" ", 4);
    switch (words[0]) {
      case "ADD" -> asked += Long.parseLong(words[1]);
      case "ADDED" -> added += Long.parseLong(words[1]);
      case "UNADDED" -> asked -= Long.parseLong(words[1]);
      case "PUT" ->
          entries.merge(
              words[1],
              new Edition(Long.parseLong(words[2]), 0),
              (old, now) -> new Edition(now.asked, old.stored));
      case "STORED" -> {
        long edition = Long.parseLong(words[2]);
        entries.compute(words[1], (id, old) -> new Edition(old.asked, edition));
        stored++;
      }
      case "DREAMT" -> {
        told.put(number(words[1]), new Dream(Long.parseLong(words[2]), Long.parseLong(words[3])));
        dreamt++;
      }
      case "BROKEN" -> throw new AssertionError(line);
      default -> {
        // not the crowd's
      }
    }
  }

  /**
   * Compares, while the crowd is at rest or dead.
   *
   * @param state as the service reads it
   * @param listed all entries that the service lists
   * @param pruned whether the oldest entries may have been removed
   */
  synchronized void check(JsonObject state, List<JsonObject> listed, boolean pruned) {
    // The crowd's own entries are removed strictly in their order, so that this is the boundary.
    long floor =
        pruned
            ? listed.stream()
                .filter(entry -> entry.getString("trigger").equals("cli"))
                .mapToLong(entry -> entry.getLong("startedAt"))
                .min()
                .orElse(Long.MAX_VALUE)
            : -1;
    Map<String, JsonObject> byId =
        listed.stream().collect(Collectors.toMap(e -> e.getString("id"), e -> e));
    assertEquals(byId.size(), listed.size(), "an entry was listed twice");
    entries.forEach((id, edition) -> checkEntry(id, edition, byId.get(id), floor));
    told.forEach((id, dream) -> checkDream(id, dream, byId.get("drm-" + id), floor));
    count(listed);
    assertEquals(counted, state.getLong("totalDreams"), "each dream counts once");
    long curations = state.getLong("curationsSinceDream") + seen;
    assertTrue(
        added <= curations && curations <= asked,
        curations + " curations counted, " + added + " acknowledged of " + asked);
    if (pruned) {
      entries.keySet().removeIf(id -> number(id) <= floor);
      told.clear();
    }
  }

  private static void checkEntry(String id, Edition edition, JsonObject found, long floor) {
    if (number(id) <= floor || (found == null && edition.stored == 0)) {
      return;
    }
    assertNotNull(found, "lost: " + id);
    long is = found.getLong("edition");
    assertTrue(
        edition.stored <= is && is <= edition.asked,
        id + " is of edition " + is + ", of which were acknowledged " + edition);
  }

  private static void checkDream(long id, Dream dream, JsonObject found, long floor) {
    if (dream.startedAt > floor) {
      assertNotNull(found, "lost: the dream " + id);
      assertEquals("completed", found.getString("status"));
    }
  }

  /** Counts the dreams that completed since the last time, acknowledged or not. */
  private void count(List<JsonObject> listed) {
    Map<Long, Long> completed = new TreeMap<>();
    told.forEach((id, dream) -> completed.put(id, dream.seen));
    for (JsonObject entry : listed) {
      if (entry.getString("status").equals("completed")) {
        completed.put(number(entry.getString("id")), entry.getLong("curationsSeen"));
      }
    }
    completed.keySet().removeIf(id -> id <= lastCounted);
    for (Map.Entry<Long, Long> dream : completed.entrySet()) {
      counted++;
      seen += dream.getValue();
      lastCounted = dream.getKey();
    }
  }

  synchronized boolean sawEachKind() {
    return added > 0 && stored > 0 && dreamt > 0;
  }

  static long number(String id) {
    return Long.parseLong(id.substring("drm-".length()));
  }

  @Override
  public synchronized String toString() {
    return added + " curations, " + stored + " saves and " + dreamt + " dreams acknowledged";
  }
}
