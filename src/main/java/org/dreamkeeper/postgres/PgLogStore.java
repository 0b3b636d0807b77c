package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.postgres.Cell.Content;
import org.dreamkeeper.postgres.Entries.Known;
import org.dreamkeeper.postgres.Journaled.Done;
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

  private static final String APPEND =
      Journaled.sql(
          """
          written AS (
            SELECT id FROM dreamkeeper.entry e, changed
             WHERE e.project = $1 AND e.id = $14 AND e.xmin::text = $15),
          added AS (
            INSERT INTO dreamkeeper.appended (project, id, n, operation)
             SELECT $1, id, n, operation::json
              FROM written, unnest($16::bigint[], $17::text[]) each (n, operation)),
          done AS (SELECT '' AS part FROM written),
          removed AS (SELECT '' AS id WHERE false)
          """);

  /** What was appended is kept beside it, for it goes with the entry. */
  private static final String SET_ASIDE =
      Journaled.sql(
          """
          kept AS (
            INSERT INTO dreamkeeper.aside (project, name, content)
             SELECT $1, name, body FROM dreamkeeper.entry e, changed, LATERAL (VALUES
               ($16, content),
               ($16 || '.appended', (SELECT json_agg(operation ORDER BY n)
                 FROM dreamkeeper.appended a WHERE a.project = $1 AND a.id = $14)))
               AS copies (name, body)
              WHERE e.project = $1 AND e.id = $14 AND e.xmin::text = $15
               AND (name = $16 OR body IS NOT NULL)),
          removed AS (
            DELETE FROM dreamkeeper.entry e USING changed
             WHERE e.project = $1 AND e.id = $14 AND e.xmin::text = $15 RETURNING id),
          done AS (SELECT '' AS part FROM removed),
          written AS (SELECT '' AS id WHERE false)
          """);

  private final Cell cell;
  private final PgTasks tasks;
  private final Entries entries;
  private final Budget budget;
  private final Time time;

  /** The cell's version when all was listed; null before. */
  private String listed;

  private long listedAt;
  private volatile long reservedIds;

  PgLogStore(Cell cell, PgTasks tasks, Entries entries, Budget budget, Time time) {
    this.cell = cell;
    this.tasks = tasks;
    this.entries = entries;
    this.budget = budget;
    this.time = time;
    this.reservedIds = ids(cell.seen());
  }

  static long ids(Content content) {
    return content.text() == null ? 0 : new JsonObject(content.text()).getLong("ids", 0L);
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
    return tasks.run(() -> refreshed(quick, decode));
  }

  private synchronized <T> Changes<T> refreshed(boolean quick, Function<StoredEntry, T> decode) {
    boolean lately = listed != null && time.nanos() - listedAt <= LOOK_AGAIN_NS;
    if (lately && quick) {
      return new Changes<>(List.of(), Set.of());
    }
    cell.look();
    if (lately && cell.version().equals(listed)) {
      return new Changes<>(List.of(), Set.of());
    }
    String version = cell.version();
    List<T> changed = new ArrayList<>();
    listed = null;
    Set<String> removed = entries.changes(entry -> changed.add(decode.apply(entry)));
    listed = version;
    listedAt = time.nanos();
    return new Changes<>(changed, removed);
  }

  @Override
  public <T> Future<Map<String, T>> read(Collection<String> ids, Function<StoredEntry, T> decode) {
    return tasks.run(() -> found(ids, decode));
  }

  private synchronized <T> Map<String, T> found(
      Collection<String> ids, Function<StoredEntry, T> decode) {
    Map<String, T> found = new LinkedHashMap<>();
    entries.read(ids).forEach((id, entry) -> found.put(id, decode.apply(entry)));
    cell.look();
    return found;
  }

  @Override
  public <T> Future<Committed<T>> commit(
      List<Put> puts, Removal removal, Function<StoredEntry, T> decode) {
    return tasks.run(() -> committed(puts, removal, decode));
  }

  private synchronized <T> Committed<T> committed(
      List<Put> puts, Removal removal, Function<StoredEntry, T> decode) {
    LogCommit commit = new LogCommit(entries, budget, this::change, time.millis());
    Committed<T> committed = commit.carryOut(puts, removal, reservedIds, decode);
    reservedIds = ids(cell.seen());
    return committed;
  }

  /** Changes the cell; while nobody else does, what was listed is known to be all. */
  private Done change(String sql, String next, Map<String, Carried> carried, Object... more) {
    while (true) {
      boolean current = cell.version().equals(listed);
      Done done = cell.commit(sql, next, carried, more);
      if (done != null) {
        listed = current ? cell.version() : listed;
        return done;
      }
    }
  }

  @Override
  public <R> Future<Optional<R>> append(EntryVersion seen, Function<Extent, Addition<R>> decide) {
    return tasks.run(() -> appended(seen, decide));
  }

  private synchronized <R> Optional<R> appended(
      EntryVersion seen, Function<Extent, Addition<R>> decide) {
    Known known = entries.known(seen.id());
    if (known == null) {
      entries.read(List.of(seen.id()));
      known = entries.known(seen.id());
    }
    if (known == null || !known.version().equals(seen.stamp())) {
      return Optional.empty();
    }
    Addition<R> addition =
        decide.apply(new Extent(known.operations(), known.bytes(), known.held()));
    List<String> texts =
        addition.operations().stream()
            .map(each -> new String(JsonText.printLine(each), StandardCharsets.UTF_8))
            .toList();
    return texts.isEmpty() || added(seen.id(), known, texts, addition.carried())
        ? Optional.of(addition.result())
        : Optional.empty();
  }

  private boolean added(String id, Known known, List<String> texts, Carried carried) {
    Long[] numbers =
        LongStream.rangeClosed(1, texts.size())
            .mapToObj(n -> known.appended() + n)
            .toArray(Long[]::new);
    // While that is not done, or not known to be, it is not known how long the entry is.
    entries.forget(id);
    Map<String, Carried> all = Map.of(Journaled.ALL, carried);
    String[] operations = texts.toArray(String[]::new);
    if (change(APPEND, null, all, id, known.version(), numbers, operations).written().isEmpty()) {
      return false;
    }
    entries.know(id, known.with(texts));
    return true;
  }

  /** Moves an entry out of the log, under a name; tells whether it was still that version. */
  synchronized boolean setAside(EntryVersion seen, String name) {
    Done done = change(SET_ASIDE, null, Map.of(), seen.id(), (String) seen.stamp(), name);
    // So that the next look at all finds it gone.
    listed = null;
    return !done.removed().isEmpty();
  }

  @Override
  public long reservedIds() {
    return reservedIds;
  }

  @Override
  public Future<Void> reserveIds(long ceiling) {
    return tasks.run(
        () -> {
          reserve(ceiling);
          return null;
        });
  }

  private synchronized void reserve(long ceiling) {
    change(Cell.CHANGE, content(ceiling), Map.of());
    reservedIds = ceiling;
  }
}
