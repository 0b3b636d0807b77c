package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.JsonText;
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

  /** After how many commits what is too old is removed. */
  private static final int TRIMMED_EACH = 64;

  /** How many values {@link #values} are, with the project. */
  static final int VALUES = 13;

  /** What else changes where nothing does: {@code done} parts, ids {@code written, removed}. */
  static final String NOTHING_ELSE =
      """
      done AS (SELECT '' AS part FROM changed),
      written AS (SELECT '' AS id WHERE false),
      removed AS (SELECT '' AS id WHERE false)
      """;

  /** $3 epoch, $4 version, $5 content, then totals of commits, events, weight; $13 trim. */
  private static final String SQL =
      """
      WITH changed AS (
        UPDATE dreamkeeper.cell SET content = coalesce($5::text::json, content),
          commits = $6, events = $7, weight = $8,
          trimmed = CASE WHEN $13::boolean THEN greatest(trimmed, $7::bigint - %2$d) ELSE trimmed END
         WHERE project = $1 AND actor = $2 AND epoch = $3 AND xmin::text = $4
         RETURNING xmin::text AS version),
      %1$s,
      told AS (
        INSERT INTO dreamkeeper.event (project, actor, n, content)
         SELECT $1, $2, $7::bigint - cardinality($10::text[]) + n, event::json
          FROM done JOIN unnest($9::text[], $10::text[]) WITH ORDINALITY each (part, event, n)
           USING (part) ORDER BY n),
      journaled AS (
        INSERT INTO dreamkeeper.journal
          (project, actor, n, epoch, weight, written, removed, replies)
         SELECT $1, $2, $6, $3, $8, ARRAY(SELECT id FROM written), ARRAY(SELECT id FROM removed),
          (SELECT ('[' || string_agg(reply, ',' ORDER BY n) || ']')::json
            FROM done JOIN unnest($11::text[], $12::text[]) WITH ORDINALITY each (part, reply, n)
             USING (part))
         FROM changed),
      forgotten AS (
        DELETE FROM dreamkeeper.journal j USING changed
         WHERE $13::boolean AND j.project = $1 AND j.actor = $2 AND j.n < $6
          AND (j.replies IS NULL OR j.weight <= $8::bigint - %3$d)),
      swept AS (
        DELETE FROM dreamkeeper.event e USING changed
         WHERE $13::boolean AND e.project = $1 AND e.actor = $2 AND e.n <= $7::bigint - %2$d)
      SELECT version, ARRAY(SELECT id FROM written) AS written,
        ARRAY(SELECT id FROM removed) AS removed FROM changed
      """;

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

  /** How much was kept so far. */
  record Totals(long commits, long events, long weight) {}

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
            events.add(text(event));
          }
          for (JsonObject reply : each.replies()) {
            replyParts.add(part);
            replies.add(text(reply));
            long size = replies.get(replies.size() - 1).length();
            weight += 1 + size * REMEMBERED / bytes;
          }
        });
  }

  private static String text(JsonObject json) {
    return new String(JsonText.printLine(json), StandardCharsets.UTF_8);
  }

  /** Makes the statement of what else changes. */
  static String sql(String rest) {
    return SQL.formatted(rest, EVENTS, REMEMBERED);
  }

  /** Gives the totals with this commit. */
  Totals after(Totals before) {
    return new Totals(
        before.commits() + 1, before.events() + events.size(), before.weight() + weight);
  }

  /** Gives the statement's values from $6 on, up to {@link #VALUES}. */
  List<Object> values(Totals after) {
    return List.of(
        after.commits(),
        after.events(),
        after.weight(),
        eventParts.toArray(String[]::new),
        events.toArray(String[]::new),
        replyParts.toArray(String[]::new),
        replies.toArray(String[]::new),
        after.commits() % TRIMMED_EACH == 0);
  }
}
