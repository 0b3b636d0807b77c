package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.JournalStore;
import org.dreamkeeper.store.StoreException;

/**
 * What commits have carried, in two tables. The events of one actor are numbered, and those numbers
 * appear in their order; the actors commit beside each other. So a cursor is a number for each, and
 * no event is missed that was numbered before another one and appeared after it.
 */
final class PgJournalStore implements JournalStore {
  /** The order of a cursor's numbers; the first is that of the events that no commit carried. */
  private static final String[] ACTORS = {Claim.SELF, Claim.LOCK, Claim.LOG, Claim.STATE};

  private static final Pattern CURSOR = Pattern.compile("[0-9]{1,18}(-[0-9]{1,18}){3}");

  /** How many wait for a database that does not answer. */
  private static final int MAX_LATE = 10_000;

  private static final String REPLIES =
      """
      SELECT replies::text FROM dreamkeeper.journal
       WHERE project = $1 AND actor = $2 AND replies IS NOT NULL ORDER BY n
      """;

  /** By time, but none before an earlier one of its actor's, whatever the server's clock did. */
  private static final String EVENTS =
      """
      SELECT actor, n, content::text AS content FROM (
        SELECT e.*, max(at) OVER (PARTITION BY e.actor ORDER BY n) AS told
         FROM unnest($2::text[], $3::bigint[]) AS each (actor, past),
          LATERAL (SELECT * FROM dreamkeeper.event
            WHERE project = $1 AND actor = each.actor AND n > past ORDER BY n LIMIT $4) e) found
       ORDER BY told, actor, n LIMIT $4
      """;

  private static final String TRIMMED =
      "SELECT actor, trimmed FROM dreamkeeper.cell WHERE project = $1 AND trimmed > 0";

  private final Cell cell;
  private final Claim claim;
  private final PgTasks tasks;

  /** What is to be kept; guarded by itself. */
  private final Deque<JsonObject> late = new ArrayDeque<>();

  PgJournalStore(Cell cell, Claim claim, PgTasks tasks) {
    this.cell = cell;
    this.claim = claim;
    this.tasks = tasks;
  }

  @Override
  public Future<Void> record(List<JsonObject> events) {
    synchronized (late) {
      late.addAll(events);
      while (late.size() > MAX_LATE) {
        late.remove();
      }
    }
    return tasks.run(
        () -> {
          recordLate();
          return null;
        });
  }

  /** Keeps all that is to be; where the database says no, the next one tries it again. */
  private void recordLate() {
    if (claim.silent()) {
      // Nobody waits for it: what happens is told now.
      throw new StoreException(cell.actor() + ": the database does not answer", false);
    }
    synchronized (cell) {
      List<JsonObject> all;
      synchronized (late) {
        all = List.copyOf(late);
        late.clear();
      }
      Map<String, Carried> carried = Map.of(Journaled.ALL, new Carried(List.of(), all));
      try {
        // Whatever its content has become, nothing here depends on it.
        while (!all.isEmpty() && cell.commit(Cell.CHANGE, null, carried) == null) {}
      } catch (StoreException no) {
        synchronized (late) {
          if (!no.inDoubt()) {
            List<JsonObject> later = List.copyOf(late);
            late.clear();
            late.addAll(all);
            late.addAll(later);
          }
        }
        throw no;
      }
    }
  }

  @Override
  public Future<List<JsonObject>> replies(String actor) {
    return tasks.run(
        () -> {
          List<JsonObject> replies = new ArrayList<>();
          for (Row row : claim.read(actor, REPLIES, actor)) {
            new JsonArray(row.getString(0)).forEach(each -> replies.add((JsonObject) each));
          }
          return replies;
        });
  }

  @Override
  public Future<Page> events(String after, int limit) {
    if (after != null && !CURSOR.matcher(after).matches()) {
      String reason = "cursor: it is none that a page of events had, expected one of those";
      return Future.failedFuture(new DreamkeeperException(FailureCode.INVALID_REQUEST, reason));
    }
    long[] past =
        after == null
            ? new long[ACTORS.length]
            : Arrays.stream(after.split("-")).mapToLong(Long::parseLong).toArray();
    return tasks.run(() -> page(past, limit, after != null));
  }

  private Page page(long[] past, int limit, boolean mayGap) {
    List<String> actors = List.of(ACTORS);
    Long[] from = LongStream.of(past).boxed().toArray(Long[]::new);
    long[] to = past.clone();
    List<JsonObject> events = new ArrayList<>();
    for (Row row : claim.read(Claim.SELF, EVENTS, ACTORS, from, (long) limit)) {
      to[actors.indexOf(row.getString("actor"))] = row.getLong("n");
      events.add(new JsonObject(row.getString("content")));
    }
    boolean gap = false;
    for (Row row : claim.read(Claim.SELF, TRIMMED)) {
      gap |= mayGap && row.getLong("trimmed") > past[actors.indexOf(row.getString("actor"))];
    }
    String cursor = LongStream.of(to).mapToObj(Long::toString).collect(Collectors.joining("-"));
    return new Page(events, cursor, gap);
  }
}
