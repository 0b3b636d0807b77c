package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.postgres.Journaled.Done;
import org.dreamkeeper.postgres.Journaled.Sql;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.StoredEntry;

/**
 * The log: a cell, whose content is the ceiling of ids and whose version changes with each commit,
 * and a row for each entry. A look at the cell tells whether others have changed the log along with
 * it; what they changed past it is found by looking at all rows again after {@link #LOOK_AGAIN_NS}.
 */
final class PgLogStore implements LogStore {
  private static final long LOOK_AGAIN_NS = 10_000_000_000L;

  private static final Sql APPEND =
      Sql.with(
          """
          grown AS (
            SELECT id FROM dreamkeeper.entry e, changed
             WHERE e.project = $1 AND e.id = $12 AND e.xmin::text = $13),
          added AS (
            INSERT INTO dreamkeeper.appended (project, id, n, operation)
             SELECT $1, id, n, operation::json
              FROM grown, unnest($14::bigint[], $15::text[]) each (n, operation)),
          done AS (
            SELECT ARRAY(SELECT id FROM grown) AS written, '{}'::text[] AS removed,
             (SELECT $9::text FROM grown) AS events, (SELECT $10::text FROM grown) AS replies)
          """);

  /** What was appended is kept beside it, for it goes with the entry. */
  private static final Sql SET_ASIDE =
      Sql.with(
          """
          kept AS (
            INSERT INTO dreamkeeper.aside (project, name, content)
             SELECT $1, name, body FROM dreamkeeper.entry e, changed, LATERAL (VALUES
               ($14, content),
               ($14 || '.appended', (SELECT json_agg(operation ORDER BY n)
                 FROM dreamkeeper.appended a WHERE a.project = $1 AND a.id = $12)))
               AS copies (name, body)
              WHERE e.project = $1 AND e.id = $12 AND e.xmin::text = $13
               AND (name = $14 OR body IS NOT NULL)),
          gone AS (
            DELETE FROM dreamkeeper.entry e USING changed
             WHERE e.project = $1 AND e.id = $12 AND e.xmin::text = $13 RETURNING id),
          done AS (%s)
          """
              .formatted(Sql.done("'{}'::text[]", "ARRAY(SELECT id FROM gone)")));

  private final Cell cell;
  private final Calls calls;
  private final Entries entries;
  private final Budget budget;
  private final Time time;

  /** The cell's version when all was listed; null before. */
  private String listed;

  private long listedAt;
  private volatile long reservedIds;

  PgLogStore(Cell cell, Calls calls, Entries entries, Budget budget, Time time) {
    this.cell = cell;
    this.calls = calls;
    this.entries = entries;
    this.budget = budget;
    this.time = time;
  }

  /** Reads what is known before anything is asked. */
  Future<Void> begin() {
    return cell.run(cell::seen).onSuccess(seen -> reservedIds = ids(seen)).mapEmpty();
  }

  private static long ids(String content) {
    return content == null ? 0 : new JsonObject(content).getLong("ids", 0L);
  }

  static String content(long ids) {
    return new JsonObject().put("ids", ids).encode();
  }

  @Override
  public String name() {
    return cell.actor();
  }

  @Override
  public String name(String id) {
    return id;
  }

  @Override
  public <T> Future<Changes<T>> refresh(boolean quick, Function<StoredEntry, T> decode) {
    return cell.run(() -> refreshed(quick, decode));
  }

  private <T> Future<Changes<T>> refreshed(boolean quick, Function<StoredEntry, T> decode) {
    boolean lately = listed != null && time.nanos() - listedAt <= LOOK_AGAIN_NS;
    Changes<T> none = new Changes<>(List.of(), Set.of());
    return lately && quick
        ? Future.succeededFuture(none)
        : cell.look()
            .compose(
                seen ->
                    lately && cell.version().equals(listed)
                        ? Future.succeededFuture(none)
                        : all(decode));
  }

  private <T> Future<Changes<T>> all(Function<StoredEntry, T> decode) {
    String version = cell.version();
    List<T> changed = new ArrayList<>();
    listed = null;
    return entries
        .changes(decode, changed::add)
        .map(
            removed -> {
              listed = version;
              listedAt = time.nanos();
              return new Changes<>(changed, removed);
            });
  }

  @Override
  public <T> Future<Map<String, T>> read(Collection<String> ids, Function<StoredEntry, T> decode) {
    return cell.run(() -> entries.read(ids, decode).compose(found -> cell.look().map(found)));
  }

  @Override
  public <T> Future<Committed<T>> commit(
      List<Put> puts, Removal removal, Function<StoredEntry, T> decode) {
    return cell.run(
        () ->
            new LogCommit(this, entries, calls, budget, time.millis())
                .carryOut(puts, removal, decode));
  }

  Journaled carry(Carried carried) {
    return cell.carry(carried);
  }

  /** Changes the cell; while nobody else does, what was listed is known to be all. */
  Future<Done> change(Sql sql, String next, Journaled carried, Object... more) {
    boolean current = listed != null && listed.equals(cell.version());
    return cell.commit(sql, next, carried, more)
        .compose(
            done -> {
              if (done == null) {
                return change(sql, next, carried, more);
              }
              listed = current ? cell.version() : listed;
              reservedIds = ids(cell.content());
              return Future.succeededFuture(done);
            });
  }

  @Override
  public <R> Future<Optional<R>> append(EntryVersion seen, Function<Extent, Addition<R>> decide) {
    return cell.run(() -> entries.asked(seen.id()).compose(known -> append(seen, known, decide)));
  }

  private <R> Future<Optional<R>> append(
      EntryVersion seen, Known known, Function<Extent, Addition<R>> decide) {
    if (known == null || !known.version().equals(seen.stamp())) {
      return Future.succeededFuture(Optional.empty());
    }
    Addition<R> addition =
        decide.apply(new Extent(known.operations(), known.bytes(), known.held()));
    List<String> texts = addition.operations().stream().map(JsonText::line).toList();
    Future<Boolean> added =
        texts.isEmpty()
            ? Future.succeededFuture(true)
            : add(seen.id(), known, texts, addition.carried());
    return added.map(done -> done ? Optional.of(addition.result()) : Optional.empty());
  }

  private Future<Boolean> add(String id, Known known, List<String> texts, Carried carried) {
    Long[] numbers =
        LongStream.rangeClosed(1, texts.size())
            .mapToObj(n -> known.appended() + n)
            .toArray(Long[]::new);
    // While that is not done, or not known to be, it is not known how long the entry is.
    entries.forget(id);
    String[] operations = texts.toArray(String[]::new);
    return change(APPEND, null, carry(carried), id, known.version(), numbers, operations)
        .map(
            done -> {
              if (done.written().isEmpty()) {
                return false;
              }
              entries.know(id, known.with(texts));
              return true;
            });
  }

  /** Moves an entry out of the log, under a name; tells whether it was still that version. */
  Future<Boolean> setAside(EntryVersion seen, String name) {
    return cell.run(
            () -> change(SET_ASIDE, null, carry(Carried.NONE), seen.id(), seen.stamp(), name))
        .map(
            done -> {
              // So that the next look at all finds it gone.
              listed = null;
              return !done.removed().isEmpty();
            });
  }

  @Override
  public long reservedIds() {
    return reservedIds;
  }

  @Override
  public Future<Void> reserveIds(long ceiling) {
    return cell.run(() -> change(Sql.CHANGE, content(ceiling), carry(Carried.NONE))).mapEmpty();
  }
}
