package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.KeptReply;
import org.dreamkeeper.postgres.Journaled.Sql;
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
  private static final List<String> ACTORS = Claim.ACTORS;

  private static final Pattern CURSOR = Pattern.compile("[0-9]{1,18}(-[0-9]{1,18}){3}");

  /** How many wait for a database that does not answer. */
  private static final int MAX_LATE = 10_000;

  private static final String REPLIES =
      """
      SELECT replies::text AS replies,
        greatest(0, extract(epoch FROM clock_timestamp() - at) * 1000)::bigint AS age_ms
       FROM dreamkeeper.journal
       WHERE project = $1 AND actor = $2 AND replies IS NOT NULL ORDER BY n
      """;

  /**
   * Each row has a commit's, up to number n. By time, but none before an earlier one of its
   * actor's, whatever the server's clock did.
   */
  private static final String EVENTS =
      """
      SELECT actor, n, content FROM (
        SELECT actor, n - json_array_length(e.content) + k AS n, past, told, each::text AS content
         FROM (
           SELECT e.*, past, max(at) OVER (PARTITION BY e.actor ORDER BY n) AS told
            FROM unnest($2::text[], $3::bigint[]) AS from_ (actor, past),
             LATERAL (SELECT * FROM dreamkeeper.event
               WHERE project = $1 AND actor = from_.actor AND n > past ORDER BY n LIMIT $4) e) e,
          json_array_elements(e.content) WITH ORDINALITY AS parts (each, k)) found
       WHERE n > past ORDER BY told, actor, n LIMIT $4
      """;

  private static final String TRIMMED =
      "SELECT actor, trimmed FROM dreamkeeper.cell WHERE project = $1 AND trimmed > 0";

  private final Map<String, Cell> cells;
  private final Cell cell;
  private final Claim claim;

  /** What is to be kept; guarded by this. */
  private List<JsonObject> late = new ArrayList<>();

  PgJournalStore(Map<String, Cell> cells, Claim claim) {
    this.cells = cells;
    this.cell = cells.get(Claim.SELF);
    this.claim = claim;
  }

  @Override
  public Future<Void> record(List<JsonObject> events) {
    add(events);
    return cell.run(this::recordLate);
  }

  /** Keeps all that is to be; where the database says no, the next one tries it again. */
  private Future<Void> recordLate() {
    if (claim.silent()) {
      // Nobody waits for it: what happens is told now.
      throw new StoreException(cell.actor() + ": the database does not answer", false);
    }
    List<JsonObject> all = taken();
    return all.isEmpty()
        ? Future.succeededFuture()
        : commit(cell.carry(new Carried(List.of(), all)))
            .onFailure(
                failure -> {
                  if (failure instanceof StoreException no && !no.inDoubt()) {
                    all.addAll(taken());
                    add(all);
                  }
                });
  }

  /** Whatever its content has become, nothing here depends on it. */
  private Future<Void> commit(Journaled carried) {
    return cell.commit(Sql.CHANGE, null, carried)
        .compose(done -> done == null ? commit(carried) : Future.succeededFuture());
  }

  private synchronized List<JsonObject> taken() {
    List<JsonObject> all = late;
    late = new ArrayList<>();
    return all;
  }

  private synchronized void add(List<JsonObject> events) {
    late.addAll(events);
    late.subList(0, Math.max(0, late.size() - MAX_LATE)).clear();
  }

  @Override
  public Future<List<KeptReply>> replies(String actor) {
    return cell.run(() -> claim.read(actor, REPLIES, actor))
        .map(rows -> rows.stream().flatMap(PgJournalStore::kept).toList());
  }

  private static Stream<KeptReply> kept(Row row) {
    long ageMs = row.getLong("age_ms");
    return new JsonArray(row.getString("replies"))
        .stream().map(each -> new KeptReply((JsonObject) each, ageMs));
  }

  @Override
  public void spare(String actor, Supplier<Set<String>> requestIds) {
    cells.get(actor).spare(requestIds);
  }

  @Override
  public Future<Page> events(String after, int limit) {
    if (after != null && !CURSOR.matcher(after).matches()) {
      String reason = "cursor: it is none that a page of events had, expected one of those";
      return Future.failedFuture(new DreamkeeperException(FailureCode.INVALID_REQUEST, reason));
    }
    long[] past =
        after == null
            ? new long[ACTORS.size()]
            : Arrays.stream(after.split("-")).mapToLong(Long::parseLong).toArray();
    return cell.run(() -> page(past, limit, after != null));
  }

  private Future<Page> page(long[] past, int limit, boolean mayGap) {
    Long[] from = LongStream.of(past).boxed().toArray(Long[]::new);
    long[] to = past.clone();
    List<JsonObject> events = new ArrayList<>();
    return claim
        .read(Claim.SELF, EVENTS, ACTORS.toArray(String[]::new), from, (long) limit)
        .compose(
            rows -> {
              for (Row row : rows) {
                to[place(row)] = row.getLong("n");
                events.add(new JsonObject(row.getString("content")));
              }
              return claim.read(Claim.SELF, TRIMMED);
            })
        .map(
            rows -> {
              boolean gap =
                  mayGap
                      && rows.stream().anyMatch(row -> row.getLong("trimmed") > past[place(row)]);
              return new Page(
                  events,
                  LongStream.of(to).mapToObj(Long::toString).collect(Collectors.joining("-")),
                  gap);
            });
  }

  private static int place(Row row) {
    return ACTORS.indexOf(row.getString("actor"));
  }
}
