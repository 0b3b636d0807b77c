package org.dreamkeeper.postgres;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.store.StoreException;

/**
 * What one actor keeps, in one row: its content, and the epoch that is the fence before it.
 *
 * <p><b>One owner.</b> A change is one statement whose UPDATE of this row names the epoch that the
 * owner holds, and the version that it has seen; all else that the statement changes hangs on the
 * row which that UPDATE gives back. READ COMMITTED suffices for that: an UPDATE that meets a row
 * which somebody is changing waits for him, and then judges its WHERE anew on the row as it stands
 * then. As fence and content are one row, no claim gets in between. That would not be so of a fence
 * in another row, which is read as it was when the statement began.
 *
 * <p><b>Unknown outcomes.</b> Where no answer came, the statement may have been carried out, or may
 * still be waiting, or on its way. It is not guessed:
 *
 * <ol>
 *   <li>The connection is closed.
 *   <li>The row's epoch is raised, from one that we held. That waits for the statement, or bars it.
 *       If the row is another claimant's then, the claim is lost.
 *   <li>The row says whether it bears the stamp of that statement. If not, it is done again.
 * </ol>
 *
 * While the database gives no answer to that either, the change is in doubt, and the next call
 * begins with the second step. A claimant only writes with epochs that the database has confirmed,
 * and they only grow: nobody else ever holds one of them.
 *
 * <p>Blocks. One call at a time.
 */
final class Cell {
  /** The change of a content, which {@code changed} gives back; $1 to $6 are {@link #commit}'s. */
  static final String CHANGE =
      """
      UPDATE dreamkeeper.cell SET content = coalesce($5::text::json, content), stamp = $6
       WHERE project = $1 AND actor = $2 AND epoch = $3 AND xmin::text = $4
       RETURNING xmin::text AS version
      """;

  private static final String LOOK =
      """
      SELECT epoch, claimant, stamp, xmin::text AS version,
        CASE WHEN xmin::text IS DISTINCT FROM $3 THEN content::text END AS content
       FROM dreamkeeper.cell WHERE project = $1 AND actor = $2
      """;

  private static final String RAISE =
      """
      UPDATE dreamkeeper.cell SET epoch = $5
       WHERE project = $1 AND actor = $2 AND claimant = $3 AND epoch >= $4 AND epoch < $5
       RETURNING stamp, xmin::text AS version, content::text AS content
      """;

  /** What stands there: the same instance while nothing has changed. */
  static final class Content {
    private final String text;

    private Content(String text) {
      this.text = text;
    }

    /** The text; null if there is none. */
    String text() {
      return text;
    }
  }

  /**
   * How a commit ended.
   *
   * @param done whether the row still was as it was seen; if not, {@link #seen} is new
   * @param rows what the statement gave; null if it was found done without its answer
   */
  record Outcome(boolean done, RowSet<Row> rows) {
    private static final Outcome OVERTAKEN = new Outcome(false, null);
  }

  private final Claim claim;
  private final String actor;
  private long epoch;

  /** What the epoch may have been raised to. */
  private long raisedTo;

  private boolean inDoubt;
  private Content content;
  private String version;
  private String stamp;
  private long commits;

  Cell(Claim claim, String actor) {
    this.claim = claim;
    this.actor = actor;
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
    if (inDoubt) {
      settle(attempt);
    }
    return look(attempt);
  }

  private Content look(Attempt attempt) {
    Iterator<Row> rows = claim.read(attempt, LOOK, actor, version).iterator();
    Row row = rows.hasNext() ? rows.next() : null;
    if (row == null || row.getLong("epoch") != epoch || !claim.owns(row)) {
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
    stamp = row.getString("stamp");
  }

  /**
   * Changes the content, if it still is what was last seen.
   *
   * @param sql a {@link #CHANGE}, alone or with more; its first row, if it is done, has the version
   * @param next the new content; null leaves it
   * @param more values from $7 on
   */
  Outcome commit(String sql, String next, Object... more) {
    seen();
    Attempt attempt = claim.attempt(actor);
    while (true) {
      Content before = content;
      String mine = claim.claimant() + "-" + ++commits;
      List<Object> values = new ArrayList<>(Arrays.asList(actor, epoch, version, next, mine));
      values.addAll(Arrays.asList(more));
      try {
        RowSet<Row> rows = claim.ask(sql, values.toArray());
        if (rows.size() == 0) {
          look(attempt);
          return Outcome.OVERTAKEN;
        }
        done(rows.iterator().next().getString("version"), mine, next);
        return new Outcome(true, rows);
      } catch (DatabaseFailure failure) {
        if (failure.kind() == Kind.UNKNOWN) {
          inDoubt = true;
          settle(attempt);
          if (mine.equals(stamp)) {
            done(version, mine, next);
            return new Outcome(true, null);
          }
          if (content != before) {
            return Outcome.OVERTAKEN;
          }
        } else {
          attempt.failed(failure, false);
        }
      }
    }
  }

  private void done(String committed, String by, String next) {
    version = committed;
    stamp = by;
    content = next == null ? content : new Content(next);
  }

  private void settle(Attempt attempt) {
    while (inDoubt) {
      long next = raisedTo + 1;
      try {
        raisedTo = next;
        raise(next);
      } catch (DatabaseFailure failure) {
        attempt.failed(failure, true);
      }
    }
  }

  private void raise(long next) throws DatabaseFailure {
    Iterator<Row> rows = claim.ask(RAISE, actor, claim.claimant(), epoch, next).iterator();
    if (!rows.hasNext()) {
      StoreException lost = claim.lose();
      throw inDoubt ? new StoreException(lost.getMessage(), true) : lost;
    }
    epoch = next;
    raisedTo = next;
    inDoubt = false;
    learn(rows.next());
  }

  /** Raises the epoch to at least that. */
  void raiseTo(long wanted) {
    Attempt attempt = claim.attempt(actor);
    raisedTo = Math.max(raisedTo, wanted - 1);
    inDoubt = true;
    settle(attempt);
  }
}
