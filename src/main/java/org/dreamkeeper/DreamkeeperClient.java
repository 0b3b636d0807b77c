package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.admin.AdminClient;
import org.dreamkeeper.admin.impl.AdminClientImpl;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.lock.impl.LockClientImpl;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.log.impl.LogClientImpl;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.DreamSchedule;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.run.UndoRun;
import org.dreamkeeper.run.impl.Clients;
import org.dreamkeeper.run.impl.DreamRunner;
import org.dreamkeeper.state.StateClient;
import org.dreamkeeper.state.impl.StateClientImpl;
import org.dreamkeeper.texts.TextFolder;

/** The client that speaks to a project over the event bus. */
record DreamkeeperClient(
    Vertx vertx,
    String prefix,
    StateClient state,
    LockClient lock,
    LogClient log,
    ActorClient operator,
    AdminClient admin,
    DreamRunner runner,
    Time time)
    implements Dreamkeeper {
  /** Makes a client; its time is in step with the host's. */
  static DreamkeeperClient of(Vertx vertx, ClientOptions options, Time time) {
    String prefix = options.getAddress();
    long timeoutMs = options.getTimeout().toMillis();
    ActorClient actor = new ActorClient(vertx, prefix + ".state", timeoutMs, time);
    StateClientImpl state = new StateClientImpl(actor);
    LogClientImpl log = new LogClientImpl(actor.to(prefix + ".log"));
    LockClient lock = new LockClientImpl(actor.to(prefix + ".lock"), state::under, log::under);
    ActorClient operator = actor.to(prefix + ".admin");
    Clients clients = new Clients(state, lock, log, () -> TextFolder.of(vertx, prefix), time);
    DreamRunner runner = new DreamRunner(vertx, clients);
    return new DreamkeeperClient(
        vertx, prefix, state, lock, log, operator, new AdminClientImpl(operator), runner, time);
  }

  @Override
  public <T> Future<RunResult<T>> run(RunOptions options, Function<DreamRun, Future<T>> work) {
    return runner.run(options, work);
  }

  @Override
  public <T> DreamSchedule<T> schedule(RunOptions options, Function<DreamRun, Future<T>> work) {
    return runner.schedule(prefix + ".events", options, work);
  }

  @Override
  public Future<Optional<DreamGate>> look(RunOptions options) {
    return runner.look(options);
  }

  @Override
  public Future<DreamLogEntry> markUndone(String id) {
    return undo(id, entry -> Future.succeededFuture());
  }

  @Override
  public Future<DreamLogEntry> undo(String id, Function<DreamLogEntry, Future<?>> revert) {
    Objects.requireNonNull(revert, "revert is null");
    return undo(id, new UndoOptions(), run -> revert.apply(run.entry()));
  }

  @Override
  public Future<DreamLogEntry> undo(
      String id, UndoOptions options, Function<UndoRun, Future<?>> revert) {
    return runner.undo(id, options, revert);
  }

  @Override
  public MessageConsumer<JsonObject> events(Handler<DreamEvent> handler) {
    Objects.requireNonNull(handler, "handler is null");
    return vertx
        .eventBus()
        .consumer(prefix + ".events", event -> handler.handle(DreamEvent.of(event.body())));
  }

  @Override
  public EventFollower follow(Optional<String> cursor, Handler<EventPage> handler) {
    Objects.requireNonNull(cursor, "cursor is null");
    Objects.requireNonNull(handler, "handler is null");
    return new EventLoop(vertx, operator, time, cursor.orElse(null), handler).begin();
  }
}
