package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.admin.AdminClient;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.DreamSchedule;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.run.UndoRun;
import org.dreamkeeper.state.StateClient;

/**
 * What a worker verticle holds of a project: the call that runs a dream, a client for each of its
 * actors, and its events.
 *
 * <pre>{@code
 * Dreamkeeper keeper = Dreamkeeper.client(vertx);
 * keeper.run(new RunOptions(), run -> run.record(plan()).compose(recorded -> work()));
 * }</pre>
 *
 * <p>Safe from any thread; futures complete on the caller's context. No argument is null: null, and
 * what is out of range, is refused at once, by an exception that names it.
 */
public interface Dreamkeeper {

  /**
   * Makes the client of the project that is served under the default prefix.
   *
   * @param vertx the worker's
   * @return the client
   */
  static Dreamkeeper client(Vertx vertx) {
    return client(vertx, new ClientOptions());
  }

  /**
   * Makes the client of a project.
   *
   * @param vertx the worker's
   * @param prefix the project's address prefix
   * @return the client
   */
  static Dreamkeeper client(Vertx vertx, String prefix) {
    return client(vertx, new ClientOptions().setAddress(prefix));
  }

  /**
   * Makes the client of a project.
   *
   * @param vertx the worker's
   * @param options which, and how long answers are waited for; copied
   * @return the client
   */
  static Dreamkeeper client(Vertx vertx, ClientOptions options) {
    Objects.requireNonNull(vertx, "vertx is null");
    return DreamkeeperClient.of(vertx, new ClientOptions(options), Time.of(vertx));
  }

  /** {@return the project's address prefix} */
  String prefix();

  /** {@return the client of the state: counter, pending merges, queue of stale summaries} */
  StateClient state();

  /** {@return the client of the lock} */
  LockClient lock();

  /** {@return the client of the log of what each dream did} */
  LogClient log();

  /** {@return the client for who operates it: how the project is} */
  AdminClient admin();

  /**
   * Runs one dream, from the gates to the release of the lock. What must be done in time, such as
   * renewing the lock, waits for no thread of the caller's; if the calling verticle is undeployed,
   * the run ends, and it waits for that.
   *
   * @param options how; copied, not null
   * @param work what the dream does; called at most once, on the caller's context, if the gates are
   *     open and the lock is held; may block if that context is a worker's. A null future and an
   *     exception are failures
   * @param <T> what the work gives
   * @return what became of it; does not fail
   * @throws NullPointerException if an argument is null
   */
  <T> Future<RunResult<T>> run(RunOptions options, Function<DreamRun, Future<T>> work);

  /**
   * Runs dreams by itself, whenever the gates are open, until the calling verticle is undeployed.
   *
   * <pre>{@code
   * keeper.schedule(new RunOptions().setOwner("me"), this::dream).onResult(this::tell);
   * }</pre>
   *
   * @param options how; copied
   * @param work what each dream does, as {@link #run} calls it
   * @param <T> what the work gives
   * @return tells of each result, and ends it
   */
  <T> DreamSchedule<T> schedule(RunOptions options, Function<DreamRun, Future<T>> work);

  /**
   * Looks whether a dream might begin now. It takes nothing, so the answer may be out of date when
   * it arrives.
   *
   * @param options the gates' limits, not null; unset, they are the host's
   * @return the first gate that is closed, of hours, curations, tasks, lock and state; empty if all
   *     are open. Fails with a {@link org.dreamkeeper.bus.DreamkeeperException} if state, lock or
   *     log do not answer
   */
  Future<Optional<DreamGate>> look(RunOptions options);

  /**
   * Says in log and state that a dream was reverted: {@link #undo} without a part of its own.
   *
   * @param id the log entry's; the dream must be over
   * @return the entry, {@code undone}; fails as {@link #undo} does
   */
  Future<DreamLogEntry> markUndone(String id);

  /**
   * Reverts a dream, within five minutes, and says so in log, state and lock.
   *
   * @param id the log entry's; the dream must be over
   * @param revert takes back what the entry's operations say; must be repeatable
   * @return the entry, {@code undone}; fails as {@link #undo(String, UndoOptions, Function)} does
   */
  Future<DreamLogEntry> undo(String id, Function<DreamLogEntry, Future<?>> revert);

  /**
   * Reverts a dream and says so in log, state and lock, under the lock.
   *
   * <p>First {@code revert} is called, then the entry becomes {@code undone}, and the state forgets
   * the dream: its merges, its place in the counts; if it was the last dream, the newest completed
   * one before it takes its place, or none, in the lock, too. A crash before {@code revert} has
   * ended leaves everything as it was: call again. A crash after it is made good by calling again,
   * or by the next run: the state's field {@code undoing} says which undo is not finished.
   *
   * <p>Without the last dream the gates are as open as they were before it. A {@linkplain #schedule
   * schedule} rests nevertheless, as after a dream; stop a worker first that runs dreams by itself.
   *
   * @param id the log entry's; the dream must be over
   * @param options how; copied
   * @param revert takes back what the entry's operations say, and hears of a lost lock; called on
   *     the caller's context, and again after a crash, so it must be repeatable. A null future and
   *     an exception are failures
   * @return the entry, {@code undone}; so it is for one that was undone before. Otherwise nothing
   *     is marked, and it fails with BUSY if the lock is not free within 5 s, with INVALID_REQUEST
   *     for a dream that is not over or an unknown id, with what {@code revert} fails with, with
   *     DEADLINE_PASSED if that takes longer than its time limit, with SUPERSEDED if the lock is
   *     lost meanwhile, and with a {@link java.util.concurrent.CancellationException} if the
   *     calling verticle is undeployed
   * @throws NullPointerException if an argument is null
   */
  Future<DreamLogEntry> undo(String id, UndoOptions options, Function<UndoRun, Future<?>> revert);

  /**
   * Listens to the project's events. They inform: one may be lost, and nothing should rest on it.
   *
   * @param handler gets each event, on the caller's context; must not block
   * @return ends the listening by its {@code unregister()}
   */
  MessageConsumer<?> events(Handler<DreamEvent> handler);

  /**
   * Follows the project's events, all but {@code state.changed}, from a place on, until the calling
   * verticle is undeployed. None is missed that somebody heard, and none comes twice; where the
   * host was killed, or the place is too old, the page says that there may be a gap. While the
   * project does not answer, it waits for it.
   *
   * <pre>{@code
   * keeper.follow(loadCursor(), page -> {
   *   page.events().forEach(this::show);
   *   keepCursor(page.cursor());
   * });
   * }</pre>
   *
   * @param cursor the last page's; empty for the oldest event that is kept
   * @param handler gets each page that has events or a gap, on the caller's context; must not
   *     block. What it throws ends the following
   * @return ends it
   */
  EventFollower follow(Optional<String> cursor, Handler<EventPage> handler);
}
