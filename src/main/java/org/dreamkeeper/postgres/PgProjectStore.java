package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.CallWatch;
import org.dreamkeeper.bus.impl.Patience;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.store.JournalStore;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreCheck;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.TokenEpoch;

/** A project that is claimed in a database, and what its actors keep there. */
public final class PgProjectStore implements ProjectStore {
  private final ProjectThreads threads;
  private final CallWatch watch;
  private final Patience patience;
  private final PgTasks tasks;
  private final Claim claim;
  private final long replyBytes;
  private final Cell self;
  private final StateStore state;
  private final LockStore lock;
  private final LogStore log;
  private final StoreCheck check;
  private final JournalStore journal;
  private volatile long epoch;

  private PgProjectStore(
      Claim claim, CallWatch watch, Patience patience, ProjectThreads threads, PgOptions options) {
    Budget budget = options.budget();
    this.threads = threads;
    this.watch = watch;
    this.patience = patience;
    this.tasks = tasks();
    this.claim = claim;
    this.replyBytes = budget.smallShare();
    this.self = cell(Claim.SELF);
    this.epoch = self.epoch();
    this.state = new PgStateStore(cell(Claim.STATE), tasks(), budget);
    this.lock = new PgLockStore(cell(Claim.LOCK), tasks());
    Entries entries = new Entries(claim, budget);
    PgLogStore entered = new PgLogStore(cell(Claim.LOG), tasks(), entries, budget, patience.time());
    this.log = entered;
    this.journal = new PgJournalStore(self, claim, tasks());
    this.check = new PgStoreCheck(tasks(), claim, entered, state, new Entries(claim, budget));
  }

  private Cell cell(String actor) {
    return new Cell(claim, actor, replyBytes);
  }

  private PgTasks tasks() {
    return new PgTasks(threads.executor(), watch);
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

  /** How the claim is begun. */
  private interface Taking {
    void begin(Claim claim) throws DatabaseFailure;
  }

  private static Future<PgProjectStore> open(
      NodeTable table, Time time, ProjectThreads threads, PgOptions options, Taking taking) {
    CallWatch watch = new CallWatch(time);
    Patience patience = new Patience(time, watch::silentMs);
    Database database = table.database();
    Claim claim = new Claim(database, options);
    Future<PgProjectStore> opened =
        new PgTasks(threads.executor(), watch)
            .run(
                () ->
                    database.told(
                        () -> {
                          taking.begin(claim);
                          return new PgProjectStore(claim, watch, patience, threads, options);
                        }));
    return patience.with(opened).onFailure(silent -> opened.onSuccess(PgProjectStore::close));
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Future<Long> raiseEpoch(long token) {
    return tasks.run(() -> raisedAbove(token));
  }

  private long raisedAbove(long token) {
    synchronized (self) {
      if (TokenEpoch.reaches(token, epoch)) {
        self.raiseTo(TokenEpoch.of(token) + 1);
        epoch = self.epoch();
      }
      return epoch;
    }
  }

  @Override
  public String lost() {
    return claim.lost();
  }

  @Override
  public Future<String> look() {
    return tasks.run(this::looked);
  }

  private String looked() {
    try {
      synchronized (self) {
        self.look();
      }
      return null;
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
  public StoreCheck check() {
    return check;
  }

  @Override
  public JournalStore journal() {
    return journal;
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
              claim.giveBack();
              return null;
            });
    return patience.with(released).transform(end -> Future.succeededFuture());
  }
}
