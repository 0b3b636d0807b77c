package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.lock.impl.LockClientImpl;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.log.impl.LogClientImpl;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.run.UndoRun;
import org.dreamkeeper.run.impl.DreamRunner;
import org.dreamkeeper.state.StateClient;
import org.dreamkeeper.state.impl.StateClientImpl;

/**
 * What a worker verticle holds of a project: the call that runs a dream, a client for each of its
 * three actors, and its events. Immutable and safe from any thread; arguments are not null.
 */
public final class Dreamkeeper {
  private final Vertx vertx;
  private final String prefix;
  private final StateClientImpl state;
  private final LockClient lock;
  private final LogClientImpl log;
  private final DreamRunner runner;

  private Dreamkeeper(Vertx vertx, String prefix, long timeoutMs, Time time) {
    this.vertx = vertx;
    this.prefix = prefix;
    this.state =
        new StateClientImpl(new ActorClient(vertx, prefix + ".state", timeoutMs, time::millis));
    this.log = new LogClientImpl(new ActorClient(vertx, prefix + ".log", timeoutMs, time::millis));
    ActorClient actor = new ActorClient(vertx, prefix + ".lock", timeoutMs, time::millis);
    this.lock = new LockClientImpl(actor, state::under, log::under);
    this.runner = new DreamRunner(vertx, state, lock, time);
  }

  /**
   * Makes the client of the project that is served under the default prefix.
   *
   * @param vertx the worker's
   * @return the client
   */
  public static Dreamkeeper client(Vertx vertx) {
    return client(vertx, DreamkeeperOptions.DEFAULT_ADDRESS);
  }

  /**
   * Makes the client of a project.
   *
   * @param vertx the worker's
   * @param prefix the project's address prefix
   * @return the client
   */
  public static Dreamkeeper client(Vertx vertx, String prefix) {
    Objects.requireNonNull(vertx, "vertx is null");
    return client(vertx, prefix, ActorClient.DEFAULT_TIMEOUT_MS, Time.system(vertx));
  }

  /**
   * Makes the client of a project, with a timeout and clock of its own.
   *
   * @param vertx the worker's
   * @param prefix the project's address prefix
   * @param timeoutMs how long an answer is waited for, ms, at least 1
   * @param time clock and timers, in step with the host's
   * @return the client
   * @throws IllegalArgumentException if the timeout is below 1
   */
  public static Dreamkeeper client(Vertx vertx, String prefix, long timeoutMs, Time time) {
    Objects.requireNonNull(vertx, "vertx is null");
    Objects.requireNonNull(prefix, "prefix is null");
    Objects.requireNonNull(time, "time is null");
    return new Dreamkeeper(vertx, prefix, timeoutMs, time);
  }

  /**
   * Gives the project's name on the bus.
   *
   * @return the address prefix
   */
  public String prefix() {
    return prefix;
  }

  /**
   * Reaches the counter, the pending merges and the queue of stale summaries.
   *
   * @return the state's client
   */
  public StateClient state() {
    return state;
  }

  /**
   * Reaches the lock.
   *
   * @return the lock's client
   */
  public LockClient lock() {
    return lock;
  }

  /**
   * Reaches the log of what each dream did.
   *
   * @return the log's client
   */
  public LogClient log() {
    return log;
  }

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
  public <T> Future<RunResult<T>> run(RunOptions options, Function<DreamRun, Future<T>> work) {
    return runner.run(options, work);
  }

  /**
   * Looks whether a dream might begin now. It takes nothing, so the answer may be out of date when
   * it arrives.
   *
   * @param options the gates' limits, not null; unset, they are the host's
   * @return the first gate that is closed, of hours, curations, tasks, lock and state; empty if all
   *     are open. Fails with a {@link org.dreamkeeper.bus.DreamkeeperException} if state, lock or
   *     log do not answer
   */
  public Future<Optional<DreamGate>> look(RunOptions options) {
    return runner.look(options);
  }

  /**
   * Says in log and state that a dream was reverted: {@link #undo} without a part of its own.
   *
   * @param id the log entry's, {@code completed} or {@code partial}
   * @return the entry, {@code undone}; fails as {@link #undo} does
   */
  public Future<DreamLogEntry> markUndone(String id) {
    return undo(id, entry -> Future.succeededFuture());
  }

  /**
   * Reverts a dream, within five minutes, and says so in log, state and lock.
   *
   * @param id the log entry's, {@code completed} or {@code partial}
   * @param revert takes back what the entry's operations say; must be repeatable
   * @return the entry, {@code undone}; fails as {@link #undo(String, UndoOptions, Function)} does
   */
  public Future<DreamLogEntry> undo(String id, Function<DreamLogEntry, Future<?>> revert) {
    Objects.requireNonNull(revert, "revert is null");
    return undo(id, new UndoOptions(), run -> revert.apply(run.entry()));
  }

  /**
   * Reverts a dream and says so in log, state and lock, under the lock.
   *
   * <p>First {@code revert} is called, then the entry becomes {@code undone}, and the state forgets
   * the dream: its merges, its place in the counts; if it was the last dream, the newest completed
   * one before it takes its place, or none, in the lock, too. A crash before {@code revert} has
   * ended leaves everything as it was: call again. A crash after it is made good by calling again,
   * or by the next run: the state's field {@code undoing} says which undo is not finished.
   *
   * @param id the log entry's, {@code completed} or {@code partial}
   * @param options how; copied
   * @param revert takes back what the entry's operations say, and hears of a lost lock; called on
   *     the caller's context, and again after a crash, so it must be repeatable. A null future and
   *     an exception are failures
   * @return the entry, {@code undone}; so it is for one that was undone before. Otherwise nothing
   *     is marked, and it fails with BUSY if the lock is not free within 5 s, with INVALID_REQUEST
   *     for any other status or an unknown id, with what {@code revert} fails with, with
   *     DEADLINE_PASSED if that takes longer than its time limit, with SUPERSEDED if the lock is
   *     lost meanwhile, and with a {@link java.util.concurrent.CancellationException} if the
   *     calling verticle is undeployed
   * @throws NullPointerException if an argument is null
   */
  public Future<DreamLogEntry> undo(
      String id, UndoOptions options, Function<UndoRun, Future<?>> revert) {
    return runner.undo(id, options, revert);
  }

  /**
   * Listens to the project's events. They inform: one may be lost, and nothing should rest on it.
   *
   * @param handler gets each event, {@code {type, at, address, instance, seq, …}}, on the caller's
   *     context; must not block
   * @return ends the listening by its {@code unregister()}
   */
  public MessageConsumer<JsonObject> events(Handler<JsonObject> handler) {
    Objects.requireNonNull(handler, "handler is null");
    return vertx.eventBus().consumer(prefix + ".events", event -> handler.handle(event.body()));
  }
}
