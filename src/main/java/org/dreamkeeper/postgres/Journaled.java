package org.dreamkeeper.postgres;

import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.List;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.Carried;

/**
 * What a commit leaves in the journal, and how: in its one statement, which changes a {@link Cell}
 * and all that hangs on that.
 *
 * <p>Replies are weighed, so that a thousand of them, or as many as are as large as what an actor
 * may remember, weigh {@link #REMEMBERED}.
 */
final class Journaled {
  private static final long REMEMBERED = 1_000;
  private static final int EVENTS = 10_000;

  /** After how many commits what is too old is removed. */
  private static final int TRIMMED_EACH = 64;

  /**
   * {@code done} is one row: the ids of what else was {@code written} and {@code removed}, and the
   * events and replies to keep of what was done, joined by commas; null for none.
   *
   * <p>$3 epoch, $4 version, $5 content, $6 the commit's number, $7 to $10 {@link #values}, $11 the
   * request ids whose replies must stay.
   */
  private static final String SQL =
      """
      WITH changed AS (
        UPDATE dreamkeeper.cell SET content = coalesce($5::text::json, content), commits = $6,
          weight = weight + $7, events = events + $8 %2$s
         WHERE project = $1 AND actor = $2 AND epoch = $3 AND xmin = $4::text::xid
         RETURNING events, weight, $11::text[] AS spared),
      %1$s,
      told AS (
        INSERT INTO dreamkeeper.event (project, actor, n, content)
         SELECT $1, $2, changed.events, ('[' || done.events || ']')::json FROM changed, done
          WHERE done.events IS NOT NULL)
      %3$s
      INSERT INTO dreamkeeper.journal (project, actor, n, epoch, weight, written, removed, replies)
       SELECT $1, $2, $6, $3, weight, written, removed, ('[' || replies || ']')::json
        FROM changed, done
       RETURNING xmin::text AS version, written, removed
      """;

  private static final String TRIMMED =
      """
      , trimmed = greatest(trimmed, (
          SELECT max(n) FROM dreamkeeper.event
           WHERE project = $1 AND actor = $2 AND n <= events + $8 - %d))
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
              WHERE reply->>'requestId' = ANY (changed.spared)))),
      swept AS (
        DELETE FROM dreamkeeper.event e USING changed
         WHERE e.project = $1 AND e.actor = $2 AND e.n <= changed.events - %d)
      """
          .formatted(REMEMBERED, EVENTS);

  /** A commit's statement; once in a while it also removes what is too old. */
  record Sql(String plain, String trimming) {
    /** What else changes where nothing does. */
    static final String NOTHING_ELSE = "done AS (" + done("'{}'::text[]", "'{}'::text[]") + ")";

    /** The change of the row alone. */
    static final Sql CHANGE = with(NOTHING_ELSE);

    /** Makes it, with what else is changed: its values are from $12 on. */
    static Sql with(String rest) {
      return new Sql(SQL.formatted(rest, "", ""), SQL.formatted(rest, TRIMMED, TRIM));
    }

    /** What was done where nothing but the cell decides on that. */
    static String done(String written, String removed) {
      return "SELECT %s AS written, %s AS removed, $9::text AS events, $10::text AS replies"
          .formatted(written, removed);
    }

    String of(long commit) {
      return trims(commit) ? trimming : plain;
    }

    static boolean trims(long commit) {
      return commit % TRIMMED_EACH == 0;
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

  /** Something that is carried, as a statement takes it. */
  record Printed(String events, String replies) {}

  private final long bytes;
  private final Printed all;
  private long events;
  private long weight;

  /** Makes it of what is carried by the commit; {@code bytes} of replies are remembered at most. */
  Journaled(Carried all, long bytes) {
    this.bytes = bytes;
    this.all = print(all);
  }

  /** Prints, and counts, what is carried by the commit, or by some part of it. */
  Printed print(Carried part) {
    List<String> told = part.events().stream().map(JsonText::line).toList();
    List<String> replies = part.replies().stream().map(JsonText::line).toList();
    events += told.size();
    replies.forEach(each -> weight += 1 + each.length() * REMEMBERED / bytes);
    return new Printed(joined(told), joined(replies));
  }

  private static String joined(List<String> lines) {
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  /** Gives the values from $7 to $10 of a commit's statement. */
  List<Object> values() {
    return Arrays.asList(weight, events, all.events(), all.replies());
  }
}
