package org.dreamkeeper.postgres;

import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.postgres.Journaled.Done;
import org.dreamkeeper.postgres.Journaled.Totals;
import org.dreamkeeper.store.Carried;

/**
 * What one actor keeps, in one row: its content, and the epoch that is the fence before it.
 *
 * <p><b>One owner.</b> A change is one statement whose UPDATE of this row names the epoch that the
 * owner holds, and the version that it has seen; all else that the statement changes hangs on the
 * row which that UPDATE gives back. READ COMMITTED suffices for that: an UPDATE that meets a row
 * which somebody is changing waits for him, and then judges its WHERE anew on the row as it stands
 * then. So no claim gets in between. A fence in another row would be read as it was when the
 * statement began.
 *
 * <p><b>Unknown outcomes.</b> Where no answer came, the statement may have been carried out, or may
 * still be waiting, or on its way. It is not guessed:
 *
 * <ol>
 *   <li>The connection is closed.
 *   <li>The row's epoch is raised, from one that we held. That waits for the statement, or bars it.
 *       If the row is another claimant's then, the claim is lost.
 *   <li>The journal, into which each statement writes, says whether that one was carried out, and
 *       how it ended. If not, it is done again, or the claim is lost and nothing was done.
 * </ol>
 *
 * While the database gives no answer to that either, the change is in doubt, and the next call
 * begins with the second step. A claimant only writes with epochs that the database has confirmed,
 * and they only grow: nobody else ever holds one of them.
 *
 * <p>Blocks. One call at a time.
 */
final class Cell {
  /** The change of the row alone. */
  static final String CHANGE = Journaled.sql(Journaled.NOTHING_ELSE);

  private static final String LOOK =
      """
      SELECT epoch, claimant, commits, events, weight, xmin::text AS version,
        CASE WHEN xmin::text IS DISTINCT FROM $3 THEN content::text END AS content
       FROM dreamkeeper.cell WHERE project = $1 AND actor = $2
      """;

  private static final String RAISE =
      """
      UPDATE dreamkeeper.cell SET epoch = $5
       WHERE project = $1 AND actor = $2 AND claimant = $3 AND epoch >= $4 AND epoch < $5
       RETURNING commits, events, weight, xmin::text AS version, content::text AS content
      """;

  /** What stands there, null if nothing does: the same instance while nothing has changed. */
  static final class Content {
    private final String text;

    private Content(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final Claim claim;
  private final String actor;
  private final long replyBytes;
  private long epoch;

  /** What the epoch may have been raised to. */
  private long raisedTo;

  private boolean inDoubt;
  private Content content;
  private String version;
  private Totals totals;

  /** Makes it; so many bytes of replies are remembered. */
  Cell(Claim claim, String actor, long replyBytes) {
    this.claim = claim;
    this.actor = actor;
    this.replyBytes = replyBytes;
    this.epoch = claim.claimedEpoch();
    this.raisedTo = epoch;
  }

  String actor() {
    return actor;
  }

  long epoch() {
    return epoch;
  }

  /** Tells the row's versions apart, also where the content stays. */
  String version() {
    return version;
  }

  /** What was last seen there, without a look if there was one. */
  Content seen() {
    return content == null ? look() : content;
  }

  /** Looks. */
  Content look() {
    Attempt attempt = claim.attempt(actor);
    if (inDoubt && !settle(attempt)) {
      throw claim.lose();
    }
    return look(attempt);
  }

  private Content look(Attempt attempt) {
    Iterator<Row> rows = claim.read(attempt, LOOK, actor, version).iterator();
    Row row = rows.hasNext() ? rows.next() : null;
    if (!claim.stands(row, epoch)) {
      throw claim.lose();
    }
    if (!row.getString("version").equals(version)) {
      learn(row);
    }
    return content;
  }

  private void learn(Row row) {
    String text = row.getString("content");
    if (content == null || !Objects.equals(content.text(), text)) {
      content = new Content(text);
    }
    version = row.getString("version");
    totals = new Totals(row.getLong("commits"), row.getLong("events"), row.getLong("weight"));
  }

  /**
   * Changes the content, if it still is what was last seen.
   *
   * @param sql of {@link Journaled#sql}, with more values
   * @param next the new content; null leaves it
   * @param carried by the parts of the commit
   * @return null if somebody else has changed it: then {@link #seen} is new
   */
  Done commit(String sql, String next, Map<String, Carried> carried, Object... more) {
    Content seen = seen();
    if (inDoubt && look() != seen) {
      return null;
    }
    Attempt attempt = claim.attempt(actor);
    Journaled journaled = new Journaled(carried, replyBytes);
    while (true) {
      Content before = content;
      long held = epoch;
      Totals after = journaled.after(totals);
      List<Object> values = new ArrayList<>(Arrays.asList(actor, held, version, next));
      values.addAll(journaled.values(after));
      values.addAll(Arrays.asList(more));
      try {
        Iterator<Row> rows = claim.ask(sql, values.toArray()).iterator();
        if (!rows.hasNext()) {
          look(attempt);
          return null;
        }
        Done done = done(rows.next(), next);
        version = done.version();
        totals = after;
        return done;
      } catch (DatabaseFailure failure) {
        if (failure.kind() != Kind.UNKNOWN) {
          attempt.failed(failure, false);
          continue;
        }
        boolean lost = !settle(attempt);
        Row row = lookUp(attempt, after.commits(), held);
        if (row != null) {
          return done(row, next);
        }
        if (lost) {
          throw claim.lose();
        }
        if (content != before) {
          return null;
        }
        attempt.failed(failure, false);
      }
    }
  }

  private Done done(Row row, String next) {
    content = next == null ? content : new Content(next);
    return Done.of(row);
  }

  /** Looks a commit up whose statement is not under way any more; null if it was not done. */
  private Row lookUp(Attempt attempt, long commit, long held) {
    while (true) {
      try {
        Iterator<Row> rows = claim.ask(Journaled.LOOK_UP, actor, commit, held).iterator();
        return rows.hasNext() ? rows.next() : null;
      } catch (DatabaseFailure failure) {
        attempt.failed(failure, true);
      }
    }
  }

  /** Waits for what may be under way, or bars it; tells whether the row is still ours. */
  private boolean settle(Attempt attempt) {
    inDoubt = true;
    while (true) {
      long next = ++raisedTo;
      try {
        Iterator<Row> rows = claim.ask(RAISE, actor, claim.claimant(), epoch, next).iterator();
        if (rows.hasNext()) {
          epoch = next;
          learn(rows.next());
        }
        inDoubt = false;
        return epoch == next;
      } catch (DatabaseFailure failure) {
        attempt.failed(failure, true);
      }
    }
  }

  /** Raises the epoch to at least that. */
  void raiseTo(long wanted) {
    Attempt attempt = claim.attempt(actor);
    raisedTo = Math.max(raisedTo, wanted - 1);
    if (!settle(attempt)) {
      throw claim.lose();
    }
  }
}
