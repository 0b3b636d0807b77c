package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StoredEntry;

/**
 * The rows of a log's entries, and what memory knows of each. An entry's version is its row's; what
 * is appended to it, in rows of their own, leaves it. One call at a time.
 */
final class Entries {
  private static final String LIST =
      """
      SELECT id, xmin::text AS version, coalesce(octet_length(content::text), 0) AS bytes
       FROM dreamkeeper.entry WHERE project = $1 ORDER BY id
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

  private final Claim claim;
  private final Calls calls;
  private final Budget budget;
  private final Map<String, Known> known = new HashMap<>();

  /** What was read or written lately, for who puts something over it; it may be an old version. */
  private final Map<String, StoredEntry> lately = new LinkedHashMap<>();

  /** Whether all that is there was told once: what is not known is then not there. */
  private boolean complete;

  Entries(Claim claim, Calls calls, Budget budget) {
    this.claim = claim;
    this.calls = calls;
    this.budget = budget;
  }

  /** What was last told of an entry; reads it if that is nothing; null if it is not there. */
  Future<Known> asked(String id) {
    return known.containsKey(id)
        ? Future.succeededFuture(known.get(id))
        : read(List.of(id), Function.identity()).map(read -> known.get(id));
  }

  void know(String id, Known next) {
    known.put(id, next);
  }

  void forget(String id) {
    known.remove(id);
    lately.remove(id);
  }

  /** Gives entries as they were when they were last seen; reads those that nothing is known of. */
  Future<Map<String, StoredEntry>> seen(Collection<String> ids) {
    Map<String, StoredEntry> seen = new HashMap<>(lately);
    List<String> unread =
        ids.stream()
            .filter(id -> !seen.containsKey(id) && (known.containsKey(id) || !complete))
            .toList();
    return read(unread, Function.identity())
        .map(
            read -> {
              seen.putAll(read);
              return seen;
            });
  }

  private StoredEntry keep(StoredEntry entry) {
    EntryVersion its = entry.version();
    lately.remove(its.id());
    if (its.held() <= budget.smallShare() / MAX_LATELY) {
      lately.put(its.id(), entry);
      if (lately.size() > MAX_LATELY) {
        lately.remove(lately.keySet().iterator().next());
      }
    }
    return entry;
  }

  /**
   * Decodes what is not as it is known, and gives that to somebody; gives the ids of what is gone.
   */
  <T> Future<Set<String>> changes(Function<StoredEntry, T> decode, Consumer<T> changed) {
    Set<String> gone = new HashSet<>(known.keySet());
    return claim
        .read(Claim.LOG, LIST)
        .compose(
            rows ->
                AsyncLoop.forEach(
                    pieces(rows, gone),
                    piece -> read(piece, decode).onSuccess(it -> it.values().forEach(changed))))
        .map(
            done -> {
              gone.forEach(this::forget);
              complete = true;
              return gone;
            });
  }

  /** Gives what is to be read, by pieces; what is not gone is taken out there. */
  private List<List<String>> pieces(RowSet<Row> rows, Set<String> gone) {
    List<List<String>> pieces = new ArrayList<>();
    long bytes = FETCH_BYTES;
    for (Row row : rows) {
      String id = row.getString("id");
      if (!LogId.valid(id)) {
        continue;
      }
      gone.remove(id);
      Known before = known.get(id);
      if (before == null || !before.version().equals(row.getString("version"))) {
        if (bytes >= FETCH_BYTES || pieces.get(pieces.size() - 1).size() == FETCH_ROWS) {
          pieces.add(new ArrayList<>());
          bytes = 0;
        }
        pieces.get(pieces.size() - 1).add(id);
        bytes += row.getInteger("bytes");
      }
    }
    return pieces;
  }

  /** Reads entries; by id, in this order, those that are there. */
  <T> Future<Map<String, T>> read(Collection<String> ids, Function<StoredEntry, T> decode) {
    return ids.isEmpty()
        ? Future.succeededFuture(Map.of())
        : claim
            .read(Claim.LOG, BODIES, ids.toArray(String[]::new), budget.share())
            .compose(rows -> calls.compute(isSmall(rows), () -> decoded(ids, rows, decode)));
  }

  private static boolean isSmall(RowSet<Row> rows) {
    return rows.stream()
            .mapToLong(
                row ->
                    row.getInteger("bytes")
                        + Stream.of(row.getArrayOfStrings("operations"))
                            .mapToLong(String::length)
                            .sum())
            .sum()
        <= JsonText.SMALL_BYTES;
  }

  private <T> Map<String, T> decoded(
      Collection<String> ids, RowSet<Row> rows, Function<StoredEntry, T> decode) {
    Map<String, T> found = new LinkedHashMap<>();
    ids.forEach(id -> found.put(id, null));
    for (Row row : rows) {
      found.put(row.getString("id"), decode.apply(entry(row)));
    }
    found.values().removeIf(Objects::isNull);
    ids.stream().filter(id -> !found.containsKey(id)).forEach(this::forget);
    return found;
  }

  private StoredEntry entry(Row row) {
    String id = row.getString("id");
    String stamp = row.getString("version");
    String text = row.getString("content");
    String excess = budget.excess(row.getInteger("bytes"));
    if (text != null && excess == null) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      List<String> appended = List.of(row.getArrayOfStrings("operations"));
      Known whole = new Known(stamp, 0, 0, bytes.length, JsonText.held(bytes)).with(appended);
      excess = budget.excess(whole.held());
      JsonObject json = excess == null ? JsonText.parseObject(bytes).orElse(null) : null;
      if (json != null) {
        JsonObject grown = StoredEntry.grown(json, appended.stream().map(JsonObject::new).toList());
        know(id, new Known(stamp, operations(grown), appended.size(), whole.bytes(), whole.held()));
        return keep(entry(id, known.get(id), row.getLong("at"), grown, null));
      }
    }
    forget(id);
    know(id, new Known(stamp, 0, 0, 0, 0));
    String flaw = excess == null ? "it is not a JSON object" : "it " + excess;
    return entry(id, known.get(id), row.getLong("at"), null, flaw);
  }

  private static StoredEntry entry(String id, Known is, long at, JsonObject json, String flaw) {
    EntryVersion its = new EntryVersion(id, is.version(), true, at, is.bytes(), is.held());
    return new StoredEntry(its, json, flaw, false);
  }

  /** Takes note of what was written, and gives it. */
  StoredEntry written(String id, String stamp, long at, String text, JsonObject json) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    know(id, new Known(stamp, operations(json), 0, bytes.length, JsonText.held(bytes)));
    return keep(entry(id, known.get(id), at, json, null));
  }

  private static int operations(JsonObject entry) {
    return entry.getValue("operations") instanceof JsonArray operations ? operations.size() : 0;
  }
}
