package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StoredEntry;

/**
 * The rows of a log's entries, and what memory knows of each. An entry's version is its row's; what
 * is appended to it, in rows of their own, leaves it. Blocks; one call at a time.
 */
final class Entries {
  private static final String LIST =
      """
      SELECT id, xmin::text AS version, coalesce(octet_length(content::text), 0) AS bytes
       FROM dreamkeeper.entry WHERE project = $1
      """;

  /** What is larger than $3 stays where it is. */
  private static final String BODIES =
      """
      SELECT id, xmin::text AS version, at, coalesce(octet_length(content::text), 0) AS bytes,
        CASE WHEN octet_length(content::text) <= $3 THEN content::text END AS content,
        ARRAY(SELECT operation::text FROM dreamkeeper.appended a
          WHERE a.project = e.project AND a.id = e.id ORDER BY n) AS operations
       FROM dreamkeeper.entry e WHERE project = $1 AND id = ANY($2::text[])
      """;

  /** How much is fetched with one statement, about. */
  private static final int FETCH_BYTES = 4 << 20;

  private static final int FETCH_ROWS = 1_000;
  private static final int MAX_LATELY = 64;

  /**
   * What is known of an entry.
   *
   * @param version the row's
   * @param operations how many it has, with those that were appended
   * @param appended how many those are
   * @param bytes how large it is with them
   * @param held what memory needs for it with them
   */
  record Known(String version, int operations, int appended, long bytes, long held) {
    Known with(Collection<String> more) {
      byte[] all = String.join("", more).getBytes(StandardCharsets.UTF_8);
      return new Known(
          version,
          operations + more.size(),
          appended + more.size(),
          bytes + all.length,
          held + JsonText.held(all));
    }
  }

  private final Claim claim;
  private final Budget budget;
  private final Map<String, Known> known = new HashMap<>();

  /** What was read or written lately, for who puts something over it; it may be an old version. */
  private final Map<String, StoredEntry> lately =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StoredEntry> eldest) {
          return size() > MAX_LATELY;
        }
      };

  /** Whether all that is there was told once: what is not known is then not there. */
  private boolean complete;

  Entries(Claim claim, Budget budget) {
    this.claim = claim;
    this.budget = budget;
  }

  /** What was last told of an entry; null if that is nothing. */
  Known known(String id) {
    return known.get(id);
  }

  void know(String id, Known next) {
    known.put(id, next);
  }

  void forget(String id) {
    known.remove(id);
    lately.remove(id);
  }

  /** Gives entries as they were when they were last seen; reads those that nothing is known of. */
  Map<String, StoredEntry> seen(Collection<String> ids) {
    Map<String, StoredEntry> seen = new HashMap<>(lately);
    List<String> unread =
        ids.stream()
            .filter(id -> !seen.containsKey(id) && (known.containsKey(id) || !complete))
            .toList();
    seen.putAll(read(unread));
    return seen;
  }

  private StoredEntry keep(StoredEntry entry) {
    EntryVersion its = entry.version();
    lately.remove(its.id());
    if (its.held() <= budget.smallShare() / MAX_LATELY) {
      lately.put(its.id(), entry);
    }
    return entry;
  }

  /** Gives what is not as it is known, piece by piece; gives the ids of what is gone. */
  Set<String> changes(Consumer<StoredEntry> changed) {
    Set<String> gone = new HashSet<>(known.keySet());
    List<String> wanted = new ArrayList<>();
    long bytes = 0;
    for (Row row : claim.read(Claim.LOG, LIST)) {
      String id = row.getString("id");
      if (!LogId.valid(id)) {
        continue;
      }
      gone.remove(id);
      Known before = known.get(id);
      if (before == null || !before.version().equals(row.getString("version"))) {
        wanted.add(id);
        bytes += row.getInteger("bytes");
        if (bytes > FETCH_BYTES || wanted.size() == FETCH_ROWS) {
          read(wanted).values().forEach(changed);
          wanted.clear();
          bytes = 0;
        }
      }
    }
    read(wanted).values().forEach(changed);
    gone.forEach(this::forget);
    complete = true;
    return gone;
  }

  /** Reads entries; by id, in this order, those that are there. */
  Map<String, StoredEntry> read(Collection<String> ids) {
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    ids.forEach(id -> found.put(id, null));
    for (Row row : claim.read(Claim.LOG, BODIES, ids.toArray(String[]::new), budget.share())) {
      found.put(row.getString("id"), entry(row));
    }
    found.values().removeIf(entry -> entry == null);
    ids.stream().filter(id -> !found.containsKey(id)).forEach(this::forget);
    return found;
  }

  private StoredEntry entry(Row row) {
    String id = row.getString("id");
    String stamp = row.getString("version");
    String text = row.getString("content");
    String excess = budget.excess(row.getInteger("bytes"));
    if (text == null || excess != null) {
      return unusable(row, excess == null ? "it is not a JSON object" : "it " + excess);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<String> appended = List.of(row.getArrayOfStrings("operations"));
    Known whole = new Known(stamp, 0, 0, bytes.length, JsonText.held(bytes)).with(appended);
    excess = budget.excess(whole.held());
    JsonObject json = excess == null ? JsonText.parseObject(bytes).orElse(null) : null;
    if (json == null) {
      return unusable(row, excess == null ? "it is not a JSON object" : "it " + excess);
    }
    List<JsonObject> operations = appended.stream().map(JsonObject::new).toList();
    JsonObject grown = StoredEntry.grown(json, operations);
    know(id, new Known(stamp, operations(grown), appended.size(), whole.bytes(), whole.held()));
    return keep(
        new StoredEntry(
            new EntryVersion(id, stamp, true, row.getLong("at"), whole.bytes(), whole.held()),
            grown,
            null,
            false));
  }

  private StoredEntry unusable(Row row, String flaw) {
    String id = row.getString("id");
    String stamp = row.getString("version");
    forget(id);
    know(id, new Known(stamp, 0, 0, 0, 0));
    return new StoredEntry(
        new EntryVersion(id, stamp, true, row.getLong("at"), 0, 0), null, flaw, false);
  }

  /** Takes note of what was written, and gives it. */
  StoredEntry written(String id, String stamp, long at, String text, JsonObject json) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Known now = new Known(stamp, operations(json), 0, bytes.length, JsonText.held(bytes));
    know(id, now);
    return keep(
        new StoredEntry(
            new EntryVersion(id, stamp, true, at, now.bytes(), now.held()), json, null, false));
  }

  private static int operations(JsonObject entry) {
    return entry.getValue("operations") instanceof JsonArray operations ? operations.size() : 0;
  }
}
