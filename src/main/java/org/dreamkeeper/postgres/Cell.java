package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.postgres.Journaled.Done;
import org.dreamkeeper.postgres.Journaled.Sql;
import org.dreamkeeper.store.Carried;

/**
 * What one actor keeps, in one row: its content, and the epoch that is the fence before it.
 *
 * <p><b>One owner.</b> A change is one statement whose UPDATE of this row names the epoch that the
 * owner holds; all else that the statement changes hangs on the row which that UPDATE gives back.
 * READ COMMITTED suffices for that: an UPDATE that meets a row which somebody is changing waits for
 * him, and then judges its WHERE anew on the row as it stands then. So no claim gets in between. A
 * fence in another row would be read as it was when the statement began.
 *
 * <p><b>Over what was seen.</b> It also names the row's version: what was decided on one content
 * replaces no other, whoever has written that. It is no fence: it is the number of the transaction
 * that wrote the row, and a server that has lost some (a failover, a backup played in) gives the
 * same numbers again, to the claim of another, too.
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
 * While the database gives no answer to that either, the next call begins with the second step. A
 * claimant only writes with epochs that the database has confirmed, and they only grow: nobody else
 * ever holds one of them.
 *
 * <p>One call at a time, by {@link #run}.
 */
final class Cell {
  private static final String LOOK =
      """
      SELECT epoch, claimant, commits, xmin::text AS version,
        CASE WHEN xmin::text IS DISTINCT FROM $3 THEN content::text END AS content
       FROM dreamkeeper.cell WHERE project = $1 AND actor = $2
      """;

  private static final String RAISE =
      """
      UPDATE dreamkeeper.cell SET epoch = $5
       WHERE project = $1 AND actor = $2 AND claimant = $3 AND epoch >= $4 AND epoch < $5
       RETURNING commits, xmin::text AS version, content::text AS content
      """;

  private final Claim claim;
  private final Calls.Line line;
  private final String actor;
  private final long replyBytes;
  private volatile Supplier<Set<String>> spared = Set::of;
  private long epoch;
  private long raisedTo; // what it may have become
  private boolean inDoubt;
  private String content;
  private String version;
  private long commits;

  /** Makes it; so many bytes of replies are remembered. */
  Cell(Claim claim, Calls.Line line, String actor, long replyBytes) {
    this.claim = claim;
    this.line = line;
    this.actor = actor;
    this.replyBytes = replyBytes;
    this.epoch = claim.claimedEpoch();
    this.raisedTo = epoch;
  }

  /** Sets which replies stay besides. Safe from any thread. */
  void spare(Supplier<Set<String>> requestIds) {
    spared = requestIds;
  }

  String actor() {
    return actor;
  }

  long epoch() {
    return epoch;
  }

  /** Tells the row's versions apart, also where the content stays; null before a look. */
  String version() {
    return version;
  }

  /** Makes a call when those before it are done. */
  <T> Future<T> run(Supplier<Future<T>> call) {
    return line.run(call);
  }

  /** The JSON that was last seen there, or written; null if there is none. */
  String content() {
    return content;
  }

  /** What was last seen there; a look, if there was none, or what came after it is in doubt. */
  Future<String> seen() {
    return version == null || inDoubt ? look() : Future.succeededFuture(content);
  }

  Future<String> look() {
    Attempt attempt = claim.attempt(actor);
    return (inDoubt ? hold(attempt) : Future.<Void>succeededFuture())
        .compose(held -> look(attempt));
  }

  private Future<String> look(Attempt attempt) {
    return attempt
        .insist(false, () -> claim.row(LOOK, actor, version))
        .map(
            row -> {
              if (!claim.stands(row, epoch)) {
                throw claim.lose();
              }
              if (!row.getString("version").equals(version)) {
                learn(row);
              }
              return content;
            });
  }

  private void learn(Row row) {
    content = row.getString("content");
    version = row.getString("version");
    commits = row.getLong("commits");
  }

  /** Prints what a commit carries. */
  Journaled carry(Carried carried) {
    return new Journaled(carried, replyBytes);
  }

  /**
   * Changes the content, if it still is what was last {@link #seen}.
   *
   * @param sql what else it changes, with more values
   * @param next the new content; null leaves it
   * @return null if somebody else has changed it: then that has been seen
   */
  Future<Done> commit(Sql sql, String next, Journaled carried, Object... more) {
    return seen().compose(seen -> change(claim.attempt(actor), sql, next, carried, more));
  }

  private Future<Done> change(
      Attempt attempt, Sql sql, String next, Journaled carried, Object... more) {
    String before = content;
    long held = epoch;
    long commit = commits + 1;
    List<Object> values = new ArrayList<>(Arrays.asList(actor, held, version, next, commit));
    values.addAll(carried.values());
    values.add((Sql.trims(commit) ? spared.get() : Set.of()).toArray(String[]::new));
    values.addAll(Arrays.asList(more));
    return claim
        .row(sql.of(commit), values.toArray())
        .compose(
            row -> {
              if (row == null) {
                return look(attempt).mapEmpty();
              }
              commits = commit;
              version = row.getString("version");
              return Future.succeededFuture(done(row, next));
            },
            failure ->
                lookUp(attempt, failure, commit, held)
                    .compose(
                        row ->
                            row != null
                                ? Future.succeededFuture(done(row, next))
                                : !Objects.equals(content, before)
                                    ? Future.succeededFuture()
                                    : attempt
                                        .pause(failure, false)
                                        .compose(
                                            again -> change(attempt, sql, next, carried, more))));
  }

  private Done done(Row row, String next) {
    content = next == null ? content : next;
    return Done.of(row);
  }

  /** Gives what a commit that gave no answer has given; null if it was not done. */
  private Future<Row> lookUp(Attempt attempt, Throwable failure, long commit, long held) {
    if (!(failure instanceof DatabaseFailure no) || no.kind() != Kind.UNKNOWN) {
      return Future.succeededFuture();
    }
    return settle(attempt)
        .compose(
            ours ->
                attempt
                    .insist(true, () -> claim.row(Journaled.LOOK_UP, actor, commit, held))
                    .compose(
                        row ->
                            row != null || ours
                                ? Future.succeededFuture(row)
                                : Future.failedFuture(claim.lose())));
  }

  /** Waits for what may be under way, or bars it; tells whether the row is still ours. */
  private Future<Boolean> settle(Attempt attempt) {
    inDoubt = true;
    return attempt.insist(
        true,
        () -> {
          long next = ++raisedTo;
          return claim
              .row(RAISE, actor, claim.claimant(), epoch, next)
              .map(
                  row -> {
                    if (row != null) {
                      epoch = next;
                      learn(row);
                    }
                    inDoubt = false;
                    return epoch == next;
                  });
        });
  }

  private Future<Void> hold(Attempt attempt) {
    return settle(attempt)
        .compose(ours -> ours ? Future.succeededFuture() : Future.failedFuture(claim.lose()));
  }

  /** Raises the epoch to at least that. */
  Future<Void> raiseTo(long wanted) {
    raisedTo = Math.max(raisedTo, wanted - 1);
    return hold(claim.attempt(actor));
  }
}
