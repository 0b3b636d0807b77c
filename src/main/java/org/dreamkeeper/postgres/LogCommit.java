package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.postgres.Journaled.Done;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.LogStore.Committed;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.LogStore.Result;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredEntry;

/**
 * What queued up for the log, put and removed by one statement. Each entry is put over exactly what
 * it was decided on; those that others have changed meanwhile are decided again. For one commit.
 */
final class LogCommit {
  private static final int TRIES = 3;

  /** The part of a commit that is what goes. */
  private static final String REMOVAL = "-";

  /** $14 ids, bodies, versions seen; $17 the time; $18 removals; $20 what they are provided on. */
  private static final String SQL =
      Journaled.sql(
          """
          put AS (
            SELECT each.* FROM changed,
              unnest($14::text[], $15::text[], $16::text[]) each (id, body, seen)),
          updated AS (
            UPDATE dreamkeeper.entry e SET content = body::json, at = $17 FROM put
             WHERE project = $1 AND e.id = put.id AND e.xmin::text = seen RETURNING e.id),
          inserted AS (
            INSERT INTO dreamkeeper.entry (project, id, at, content)
             SELECT $1, id, $17, body::json FROM put WHERE seen = ''
             ON CONFLICT DO NOTHING RETURNING id),
          written AS (SELECT id FROM updated UNION ALL SELECT id FROM inserted),
          cleared AS (
            DELETE FROM dreamkeeper.appended a USING updated
             WHERE project = $1 AND a.id = updated.id),
          provided AS (
            SELECT count(*) AS n FROM dreamkeeper.entry e
             JOIN unnest($20::text[], $21::text[]) each (id, seen)
               ON e.id = each.id AND e.xmin::text = seen
             WHERE project = $1),
          removed AS (
            DELETE FROM dreamkeeper.entry e
             USING changed, unnest($18::text[], $19::text[]) each (id, seen)
             WHERE project = $1 AND e.id = each.id AND e.xmin::text = seen
               AND (SELECT n FROM provided) = cardinality($20::text[])
               AND (cardinality($14::text[]) = 0 OR EXISTS (SELECT 1 FROM written))
             RETURNING e.id),
          done AS (
            SELECT id AS part FROM written
            UNION ALL SELECT '-' WHERE (SELECT count(*) FROM removed) = cardinality($18::text[]))
          """);

  /** Carries out a change of the log's cell. */
  interface Change {
    Done apply(String sql, String next, Map<String, Carried> carried, Object... more);
  }

  /** A put that is under way. */
  private static final class Pending {
    final Put put;
    StoredEntry now;
    JsonObject next;
    String text;
    Carried carried;
    boolean written;
    Throwable failure;

    Pending(Put put) {
      this.put = put;
    }

    String seen() {
      return now == null ? "" : (String) now.version().stamp();
    }
  }

  private final Entries entries;
  private final Budget budget;
  private final Change change;
  private final long at;
  private final List<String> removed = new ArrayList<>();
  private final List<JsonObject> events = new ArrayList<>();

  LogCommit(Entries entries, Budget budget, Change change, long at) {
    this.entries = entries;
    this.budget = budget;
    this.change = change;
    this.at = at;
  }

  /** Carries it out; {@code ids} is the ceiling of ids that stands. */
  <T> Committed<T> carryOut(
      List<Put> puts, Removal removal, long ids, Function<StoredEntry, T> decode) {
    List<Pending> all = puts.stream().map(Pending::new).toList();
    StoreException failure = null;
    try {
      putAll(all, removal, ids);
    } catch (StoreException no) {
      failure = no;
      all.stream()
          .filter(each -> !each.written && each.failure == null)
          .forEach(each -> each.failure = no);
    }
    return new Committed<>(
        all.stream().map(each -> result(each, decode)).toList(),
        removed,
        all.isEmpty() ? failure : null,
        events);
  }

  private static <T> Result<T> result(Pending put, Function<StoredEntry, T> decode) {
    return put.failure != null || put.now == null
        ? new Result<>(null, false, put.failure)
        : new Result<>(decode.apply(put.now), put.written, null);
  }

  private void putAll(List<Pending> all, Removal removal, long ids) {
    Removal due = removal;
    List<Pending> open = all;
    for (int tries = 1; tries <= TRIES; tries++) {
      decide(open, tries > 1);
      open = open.stream().filter(each -> each.failure == null && each.next != null).toList();
      boolean removes = all.isEmpty() && !due.versions().isEmpty();
      if (open.isEmpty() && !removes) {
        return;
      }
      change(open, due, ids);
      if (all.isEmpty() || open.stream().anyMatch(each -> each.written)) {
        due = Removal.NONE;
      }
      open = open.stream().filter(each -> !each.written).toList();
      if (open.isEmpty()) {
        return;
      }
    }
    for (Pending each : open) {
      String reason = each.put.id() + ": changes faster than it can be replaced";
      each.failure = new StoreException("log/" + reason, false);
    }
  }

  private void decide(List<Pending> open, boolean again) {
    List<String> ids = open.stream().map(each -> each.put.id()).toList();
    Map<String, StoredEntry> there = again ? entries.read(ids) : entries.seen(ids);
    for (Pending each : open) {
      try {
        each.now = there.get(each.put.id());
        each.next = each.put.decide().apply(each.now);
        if (each.next != null) {
          byte[] text = JsonText.print(each.next);
          String excess = budget.excess(JsonText.held(text));
          if (excess != null) {
            throw new DreamkeeperException(FailureCode.TOO_LARGE, each.put.id() + ": it " + excess);
          }
          each.text = new String(text, StandardCharsets.UTF_8);
          each.carried = each.put.carry().apply(each.next);
        }
      } catch (RuntimeException no) {
        each.failure = no;
      }
    }
  }

  private void change(List<Pending> open, Removal removal, long ids) {
    // What is gone must not be handed out again.
    long ceiling = ids;
    for (EntryVersion each : removal.versions()) {
      ceiling = Math.max(ceiling, LogId.number(each.id()));
    }
    List<String> going = removal.versions().stream().map(EntryVersion::id).toList();
    Carried gone = going.isEmpty() ? Carried.NONE : removal.carry().apply(going);
    Map<String, Carried> carried = new LinkedHashMap<>();
    open.forEach(each -> carried.put(each.put.id(), each.carried));
    carried.put(REMOVAL, gone);
    Done done =
        change.apply(
            SQL,
            ceiling == ids ? null : PgLogStore.content(ceiling),
            carried,
            texts(open, each -> each.put.id()),
            texts(open, each -> each.text),
            texts(open, Pending::seen),
            at,
            texts(removal.versions(), EntryVersion::id),
            texts(removal.versions(), each -> (String) each.stamp()),
            texts(removal.provided(), EntryVersion::id),
            texts(removal.provided(), each -> (String) each.stamp()));
    for (Pending each : open) {
      each.written = done.written().contains(each.put.id());
      if (each.written) {
        each.now = entries.written(each.put.id(), done.version(), at, each.text, each.next);
        events.addAll(each.carried.events());
      }
    }
    done.removed().forEach(entries::forget);
    removed.addAll(done.removed());
    if (done.removed().size() == going.size()) {
      events.addAll(gone.events());
    } else if (!done.removed().isEmpty()) {
      // Others have changed some of them meanwhile.
      Carried some = removal.carry().apply(done.removed());
      change.apply(Cell.CHANGE, null, Map.of(Journaled.ALL, some));
      events.addAll(some.events());
    }
  }

  private static <E> String[] texts(Collection<E> of, Function<E, String> text) {
    return of.stream().map(text).toArray(String[]::new);
  }
}
