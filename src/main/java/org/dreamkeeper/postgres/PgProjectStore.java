package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.CallWatch;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.TokenEpoch;

/** A project that is claimed in a database, and what its actors keep there. */
public final class PgProjectStore implements ProjectStore {
  private final Calls calls;
  private final CallWatch watch;
  private final Patience patience;
  private final Claim claim;
  private final Cell self;
  private final PgLogStore log;
  private final Parts parts;

  private volatile long epoch;

  private PgProjectStore(
      Claim claim, CallWatch watch, Patience patience, Calls calls, PgOptions options) {
    Budget budget = options.budget();
    this.calls = calls;
    this.watch = watch;
    this.patience = patience;
    this.claim = claim;
    Map<String, Cell> cells = new HashMap<>();
    for (String actor : Claim.ACTORS) {
      cells.put(actor, new Cell(claim, calls.line(), actor, budget.replyBytes()));
    }
    this.self = cells.get(Claim.SELF);
    this.epoch = self.epoch();
    Entries entries = new Entries(claim, calls, budget);
    this.log = new PgLogStore(cells.get(Claim.LOG), calls, entries, budget, patience.time());
    StateStore state = new PgStateStore(cells.get(Claim.STATE), calls, budget);
    this.parts =
        new Parts(
            state,
            new PgLockStore(cells.get(Claim.LOCK)),
            log,
            new PgStoreCheck(claim, calls, budget, state, log),
            new PgJournalStore(cells, claim));
  }

  /**
   * Claims a project for the node that is to serve it, and makes its rows where they are missing.
   *
   * @param table of its database; stays open
   * @param time for how long the database is silent
   * @param threads the project's own; closing the store ends them
   * @param options which project
   * @return the store, to be closed; fails with {@link org.dreamkeeper.store.InUseException} or a
   *     StoreException that says why, not where; also where the database is silent: what it gives
   *     later is given back
   */
  public static Future<PgProjectStore> open(
      NodeTable table, Time time, ProjectThreads threads, PgOptions options) {
    return open(table, time, threads, options, claim -> claim.take(options.instance()));
  }

  /**
   * Opens one that is only read; its rows must be there. Claims and changes nothing, and what is to
   * be changed fails. Otherwise as {@link #open}.
   */
  public static Future<PgProjectStore> look(
      NodeTable table, Time time, ProjectThreads threads, PgOptions options) {
    return open(table, time, threads, options, Claim::takeNothing);
  }

  private static Future<PgProjectStore> open(
      NodeTable table,
      Time time,
      ProjectThreads threads,
      PgOptions options,
      Function<Claim, Future<Void>> taking) {
    CallWatch watch = new CallWatch(time);
    Patience patience = new Patience(time, watch::silentMs);
    Database database = table.database();
    Claim claim = new Claim(database, options);
    Calls calls = new Calls(database.vertx(), threads, watch);
    Future<PgProjectStore> opened =
        watch
            .later(() -> database.told(taking.apply(claim)))
            .map(taken -> new PgProjectStore(claim, watch, patience, calls, options))
            .compose(store -> store.log.begin().map(store));
    return patience.with(opened).onFailure(silent -> opened.onSuccess(PgProjectStore::close));
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Future<Long> raiseEpoch(long token) {
    return self.run(
        () ->
            TokenEpoch.reaches(token, epoch)
                ? self.raiseTo(TokenEpoch.of(token) + 1).map(raised -> epoch = self.epoch())
                : Future.succeededFuture(epoch));
  }

  @Override
  public String lost() {
    return claim.lost();
  }

  @Override
  public Future<String> look() {
    return self.run(self::look)
        .transform(
            end ->
                end.succeeded() || claim.lost() != null
                    ? Future.succeededFuture(claim.lost())
                    : Future.failedFuture(end.cause()));
  }

  @Override
  public Parts parts() {
    return parts;
  }

  @Override
  public long silentMs() {
    return watch.silentMs();
  }

  @Override
  public Future<Void> close() {
    return patience.with(calls.finish(claim::giveBack)).transform(end -> Future.succeededFuture());
  }
}
