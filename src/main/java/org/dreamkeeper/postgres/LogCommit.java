package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.postgres.Journaled.Done;
import org.dreamkeeper.postgres.Journaled.Printed;
import org.dreamkeeper.postgres.Journaled.Sql;
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

  /**
   * $12 ids, bodies, versions seen, events, replies; $17 the time; $18 removals, and $20 what they
   * are provided on, by versions. Each row is found by its id, though the plan was made when there
   * were few, and all might be looked at.
   */
  private static final Sql SQL =
      Sql.with(
          """
          put AS (
            SELECT each.* FROM changed,
              unnest($12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
               WITH ORDINALITY each (id, body, seen, events, replies, n)),
          updated AS (
            UPDATE dreamkeeper.entry e SET content = body::json, at = $17 FROM put
             WHERE project = $1 AND e.id = ANY($12) AND e.id = put.id AND e.xmin::text = seen
             RETURNING e.id),
          inserted AS (
            INSERT INTO dreamkeeper.entry (project, id, at, content)
             SELECT $1, id, $17, body::json FROM put WHERE seen = ''
             ON CONFLICT DO NOTHING RETURNING id),
          there AS (SELECT id FROM updated UNION ALL SELECT id FROM inserted),
          cleared AS (
            DELETE FROM dreamkeeper.appended a USING updated
             WHERE project = $1 AND a.id = ANY($12) AND a.id = updated.id),
          provided AS (
            SELECT count(*) AS n FROM dreamkeeper.entry e
             JOIN unnest($20::text[], $21::text[]) each (id, seen)
               ON e.id = each.id AND e.xmin::text = seen
             WHERE project = $1 AND e.id = ANY($20)),
          gone AS (
            DELETE FROM dreamkeeper.entry e
             USING changed, unnest($18::text[], $19::text[]) each (id, seen)
             WHERE project = $1 AND e.id = ANY($18) AND e.id = each.id AND e.xmin::text = seen
               AND (SELECT n FROM provided) = cardinality($20::text[])
               AND (cardinality($12::text[]) = 0 OR EXISTS (SELECT 1 FROM there))
             RETURNING e.id),
          parts AS (
            SELECT n, events, replies FROM put JOIN there USING (id)
            UNION ALL SELECT NULL, $9::text, $10::text
             WHERE (SELECT count(*) FROM gone) = cardinality($18::text[])),
          done AS (
            SELECT ARRAY(SELECT id FROM there) AS written, ARRAY(SELECT id FROM gone) AS removed,
             string_agg(events, ',' ORDER BY n) AS events,
             string_agg(replies, ',' ORDER BY n) AS replies FROM parts)
          """);

  private final PgLogStore log;
  private final Entries entries;
  private final Calls calls;
  private final Budget budget;
  private final long at;
  private final List<String> removed = new ArrayList<>();
  private final List<JsonObject> events = new ArrayList<>();
  private StoreException unremoved;

  LogCommit(PgLogStore log, Entries entries, Calls calls, Budget budget, long at) {
    this.log = log;
    this.entries = entries;
    this.calls = calls;
    this.budget = budget;
    this.at = at;
  }

  /** Carries it out. */
  <T> Future<Committed<T>> carryOut(
      List<Put> puts, Removal removal, Function<StoredEntry, T> decode) {
    List<PendingPut> all = puts.stream().map(PendingPut::new).toList();
    return AsyncLoop.attempt(
            () ->
                !all.isEmpty()
                    ? put(all, removal, TRIES)
                    : removal.versions().isEmpty()
                        ? Future.succeededFuture()
                        : change(all, removal))
        .recover(failure -> refused(all, failure))
        .compose(done -> calls.compute(isSmall(all), () -> committed(all, decode)));
  }

  private Future<Void> refused(List<PendingPut> all, Throwable failure) {
    if (!(failure instanceof StoreException no)) {
      return Future.failedFuture(failure);
    }
    unremoved = all.isEmpty() ? no : null;
    open(all).forEach(each -> each.fail(no));
    return Future.succeededFuture();
  }

  private <T> Committed<T> committed(List<PendingPut> all, Function<StoredEntry, T> decode) {
    List<Result<T>> results = all.stream().map(each -> result(each, decode)).toList();
    return new Committed<>(results, removed, unremoved, events);
  }

  private static <T> Result<T> result(PendingPut put, Function<StoredEntry, T> decode) {
    return put.failure != null || put.now == null
        ? new Result<>(null, false, put.failure)
        : new Result<>(decode.apply(put.now), put.written, null);
  }

  private static List<PendingPut> open(List<PendingPut> all) {
    return all.stream().filter(each -> each.open).toList();
  }

  private static boolean isSmall(List<PendingPut> open) {
    return open.size() <= 1 && open.stream().allMatch(PendingPut::isSmall);
  }

  private Future<Void> put(List<PendingPut> all, Removal due, int tries) {
    List<PendingPut> undecided = open(all);
    if (tries == 0) {
      String reason = ": changes faster than it can be replaced";
      undecided.forEach(each -> each.fail(new StoreException("log/" + each.id() + reason, false)));
    }
    if (tries == 0 || undecided.isEmpty()) {
      return Future.succeededFuture();
    }
    List<String> ids = undecided.stream().map(PendingPut::id).toList();
    return (tries == TRIES ? entries.seen(ids) : entries.read(ids, Function.identity()))
        .compose(
            there -> {
              undecided.forEach(each -> each.decide(there.get(each.id())));
              return calls.compute(isSmall(undecided), () -> printed(open(all)));
            })
        .compose(open -> open.isEmpty() ? Future.succeededFuture() : change(open, due))
        .compose(
            changed -> {
              boolean none = all.stream().noneMatch(each -> each.written);
              return put(all, none ? due : Removal.NONE, tries - 1);
            });
  }

  private List<PendingPut> printed(List<PendingPut> open) {
    open.forEach(each -> each.print(budget));
    return open(open);
  }

  private Future<Void> change(List<PendingPut> open, Removal removal) {
    // What is gone must not be handed out again.
    long ceiling = log.reservedIds();
    for (EntryVersion each : removal.versions()) {
      ceiling = Math.max(ceiling, LogId.number(each.id()));
    }
    List<String> going = removal.versions().stream().map(EntryVersion::id).toList();
    Carried gone = going.isEmpty() ? Carried.NONE : removal.carry().apply(going);
    Journaled carried = log.carry(gone);
    List<Printed> parts = open.stream().map(each -> carried.print(each.carried)).toList();
    return log.change(
            SQL,
            ceiling == log.reservedIds() ? null : PgLogStore.content(ceiling),
            carried,
            texts(open, PendingPut::id),
            texts(open, each -> each.text),
            texts(open, PendingPut::seen),
            texts(parts, Printed::events),
            texts(parts, Printed::replies),
            at,
            texts(removal.versions(), EntryVersion::id),
            texts(removal.versions(), each -> (String) each.stamp()),
            texts(removal.provided(), EntryVersion::id),
            texts(removal.provided(), each -> (String) each.stamp()))
        .compose(
            done -> {
              open.forEach(each -> written(each, done));
              done.removed().forEach(entries::forget);
              removed.addAll(done.removed());
              if (done.removed().size() == going.size()) {
                events.addAll(gone.events());
              } else if (!done.removed().isEmpty()) {
                // Others have changed some of them meanwhile.
                Carried some = removal.carry().apply(done.removed());
                return log.change(Sql.CHANGE, null, log.carry(some))
                    .onSuccess(told -> events.addAll(some.events()))
                    .mapEmpty();
              }
              return Future.succeededFuture();
            });
  }

  private void written(PendingPut put, Done done) {
    put.written = done.written().contains(put.id());
    if (put.written) {
      put.open = false;
      put.now = entries.written(put.id(), done.version(), at, put.text, put.next);
      events.addAll(put.carried.events());
    }
  }

  private static <E> String[] texts(Collection<E> of, Function<E, String> text) {
    return of.stream().map(text).toArray(String[]::new);
  }
}
