package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.CallWatch;
import org.dreamkeeper.bus.impl.Patience;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.TokenEpoch;

/** A project that is claimed in a database, and what its actors keep there. */
public final class PgProjectStore implements ProjectStore {
  private final ProjectThreads threads;
  private final CallWatch watch;
  private final Patience patience;
  private final PgTasks tasks;
  private final Database database;
  private final Claim claim;
  private final Cell self;
  private final StateStore state;
  private final LockStore lock;
  private final LogStore log;
  private volatile long epoch;

  private PgProjectStore(
      Database database,
      Claim claim,
      CallWatch watch,
      Patience patience,
      ProjectThreads threads,
      Budget budget) {
    this.threads = threads;
    this.watch = watch;
    this.patience = patience;
    this.tasks = tasks();
    this.database = database;
    this.claim = claim;
    this.self = new Cell(claim, Claim.SELF);
    this.epoch = self.epoch();
    this.state = new PgStateStore(new Cell(claim, Claim.STATE), tasks(), budget);
    this.lock = new PgLockStore(new Cell(claim, Claim.LOCK), claim, tasks());
    this.log =
        new PgLogStore(
            new Cell(claim, Claim.LOG),
            tasks(),
            new Entries(claim, budget),
            budget,
            patience.time());
  }

  private PgTasks tasks() {
    return new PgTasks(threads.executor(), watch);
  }

  /**
   * Claims a project, and makes it where it is missing.
   *
   * @param vertx whose connections
   * @param time for how long the database is silent
   * @param threads the project's own; closing the store ends them
   * @param options which project
   * @return the store, to be closed; fails with {@link org.dreamkeeper.store.InUseException} or a
   *     StoreException that says why, not where; also where the database is silent: what it gives
   *     later is given back
   * @throws IllegalArgumentException if the options name no database
   */
  public static Future<PgProjectStore> open(
      Vertx vertx, Time time, ProjectThreads threads, PgOptions options) {
    CallWatch watch = new CallWatch(time);
    Patience patience = new Patience(time, watch::silentMs);
    Database database =
        new Database(vertx, PgOptions.connect(options.uri()), options.statementMs());
    Claim claim = new Claim(database, options.project(), options.patienceMs());
    Future<PgProjectStore> opened =
        new PgTasks(threads.executor(), watch)
            .run(
                () -> {
                  claim(database, claim, options.instance());
                  return new PgProjectStore(
                      database, claim, watch, patience, threads, options.budget());
                });
    return patience.with(opened).onFailure(silent -> opened.onSuccess(PgProjectStore::close));
  }

  private static void claim(Database database, Claim claim, String instance) {
    boolean claimed = false;
    try {
      new Schema(database).prepare();
      claim.take(instance);
      claimed = true;
    } catch (DatabaseFailure failure) {
      throw failure.kind() == DatabaseFailure.Kind.REFUSED
          ? new StoreException(failure.getMessage(), false)
          : new UnreachableException(database.place() + ": " + failure.getMessage());
    } finally {
      if (!claimed) {
        release(database, claim);
      }
    }
  }

  private static void release(Database database, Claim claim) {
    claim.release();
    database.close();
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Future<Long> raiseEpoch(long token) {
    return tasks.run(() -> raisedAbove(token));
  }

  private synchronized long raisedAbove(long token) {
    if (TokenEpoch.reaches(token, epoch)) {
      self.raiseTo(TokenEpoch.of(token) + 1);
      epoch = self.epoch();
    }
    return epoch;
  }

  @Override
  public String lost() {
    return claim.lost();
  }

  @Override
  public Future<String> look() {
    return tasks.run(this::looked);
  }

  private synchronized String looked() {
    try {
      self.look();
      claim.lockSession();
      return null;
    } catch (DatabaseFailure failure) {
      throw new StoreException(database.place() + ": " + failure.getMessage(), false);
    } catch (StoreException failure) {
      if (claim.lost() == null) {
        throw failure;
      }
      return claim.lost();
    }
  }

  @Override
  public StateStore state() {
    return state;
  }

  @Override
  public LockStore lock() {
    return lock;
  }

  @Override
  public LogStore log() {
    return log;
  }

  @Override
  public long silentMs() {
    return watch.silentMs();
  }

  @Override
  public Future<Void> close() {
    Future<Void> released =
        threads.finish(
            () -> {
              release(database, claim);
              return null;
            });
    return patience.with(released).transform(end -> Future.succeededFuture());
  }
}
