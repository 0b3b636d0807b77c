package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.Carried;

/**
 * What a commit leaves in the journal, and how: in its one statement, which changes a {@link Cell}
 * and all that hangs on that.
 *
 * <p>What is carried belongs to parts of the commit, by names; it is kept with those that are
 * {@code done}. Replies are weighed, so that a thousand of them, or as many as are as large as what
 * an actor may remember, weigh {@link #REMEMBERED}.
 */
final class Journaled {
  /** The part that is done if the cell is changed. */
  static final String ALL = "";

  private static final long REMEMBERED = 1_000;
  private static final int EVENTS = 10_000;

  /** A part that is never done: it names the request ids whose replies must stay. */
  private static final String SPARED = "spared";

  /** After how many commits what is too old is removed. */
  private static final int TRIMMED_EACH = 64;

  /** What else changes where nothing does: {@code done} parts, ids {@code written, removed}. */
  static final String NOTHING_ELSE =
      """
      done AS (SELECT '' AS part FROM changed),
      written AS (SELECT '' AS id WHERE false),
      removed AS (SELECT '' AS id WHERE false)
      """;

  /** $3 epoch, $4 version, $5 content, $6 the commit's number, then {@link #values}. */
  private static final String SQL =
      """
      WITH changed AS (
        UPDATE dreamkeeper.cell SET content = coalesce($5::text::json, content), commits = $6,
          weight = weight + $7, events = events + cardinality($9::text[]) %2$s
         WHERE project = $1 AND actor = $2 AND epoch = $3 AND xmin = $4::text::xid
         RETURNING xmin::text AS version, events, weight),
      %1$s,
      told AS (
        INSERT INTO dreamkeeper.event (project, actor, n, content)
         SELECT $1, $2, (SELECT events FROM changed),
           ('[' || string_agg(event, ',' ORDER BY n) || ']')::json
          FROM done JOIN unnest($8::text[], $9::text[]) WITH ORDINALITY each (part, event, n)
           USING (part) HAVING count(*) > 0),
      journaled AS (
        INSERT INTO dreamkeeper.journal
          (project, actor, n, epoch, weight, written, removed, replies)
         SELECT $1, $2, $6, $3, weight,
          ARRAY(SELECT id FROM written), ARRAY(SELECT id FROM removed),
          (SELECT ('[' || string_agg(reply, ',' ORDER BY n) || ']')::json
            FROM done JOIN unnest($10::text[], $11::text[]) WITH ORDINALITY each (part, reply, n)
             USING (part))
         FROM changed)
      %3$s
      SELECT version, ARRAY(SELECT id FROM written) AS written,
        ARRAY(SELECT id FROM removed) AS removed FROM changed
      """;

  private static final String TRIMMED =
      """
      , trimmed = greatest(trimmed, (
          SELECT max(n) FROM dreamkeeper.event
           WHERE project = $1 AND actor = $2 AND n <= events + cardinality($9::text[]) - %d))
      """
          .formatted(EVENTS);

  private static final String TRIM =
      """
      , forgotten AS (
        DELETE FROM dreamkeeper.journal j USING changed
         WHERE j.project = $1 AND j.actor = $2 AND j.n < $6
          AND (j.replies IS NULL OR j.weight <= changed.weight - %d
           AND NOT EXISTS (
             SELECT FROM json_array_elements(j.replies) reply
              WHERE reply->>'requestId' = ANY ($11::text[])))),
      swept AS (
        DELETE FROM dreamkeeper.event e USING changed
         WHERE e.project = $1 AND e.actor = $2 AND e.n <= changed.events - %d)
      """
          .formatted(REMEMBERED, EVENTS);

  private static boolean trims(long commit) {
    return commit % TRIMMED_EACH == 0;
  }

  /** A commit's statement; once in a while it also removes what is too old. */
  record Sql(String plain, String trimming) {
    /** Makes it, with what else is changed: its values are from $12 on. */
    static Sql with(String rest) {
      return new Sql(SQL.formatted(rest, "", ""), SQL.formatted(rest, TRIMMED, TRIM));
    }

    String of(long commit) {
      return trims(commit) ? trimming : plain;
    }
  }

  /** What the statement of commit $3 has given, under epoch $4; nothing if it was not done. */
  static final String LOOK_UP =
      """
      SELECT xmin::text AS version, written, removed FROM dreamkeeper.journal
       WHERE project = $1 AND actor = $2 AND n = $3 AND epoch = $4
      """;

  /** A commit that is done: the version, and the ids, of what it has written, and removed. */
  record Done(String version, List<String> written, List<String> removed) {
    static Done of(Row row) {
      return new Done(
          row.getString("version"),
          List.of(row.getArrayOfStrings("written")),
          List.of(row.getArrayOfStrings("removed")));
    }
  }

  private final List<String> eventParts = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final List<String> replyParts = new ArrayList<>();
  private final List<String> replies = new ArrayList<>();
  private long weight;

  /** Prints what is carried by each part; {@code bytes} of replies are remembered at most. */
  Journaled(Map<String, Carried> carried, long bytes) {
    carried.forEach(
        (part, each) -> {
          for (JsonObject event : each.events()) {
            eventParts.add(part);
            events.add(JsonText.line(event));
          }
          for (JsonObject reply : each.replies()) {
            replyParts.add(part);
            replies.add(JsonText.line(reply));
            long size = replies.get(replies.size() - 1).length();
            weight += 1 + size * REMEMBERED / bytes;
          }
        });
  }

  /** Gives the values from $7 to $11 of a commit's statement; where it trims, these are spared. */
  List<Object> values(long commit, Supplier<Set<String>> spared) {
    List<String> replyParts = new ArrayList<>(this.replyParts);
    List<String> replies = new ArrayList<>(this.replies);
    if (trims(commit)) {
      replies.addAll(spared.get());
      replyParts.addAll(Collections.nCopies(replies.size() - replyParts.size(), SPARED));
    }
    return List.of(weight, texts(eventParts), texts(events), texts(replyParts), texts(replies));
  }

  private static String[] texts(List<String> of) {
    return of.toArray(String[]::new);
  }
}
