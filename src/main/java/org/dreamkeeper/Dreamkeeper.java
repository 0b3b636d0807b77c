package org.dreamkeeper;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.ActorClient;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;

/**
 * What a worker verticle holds of a project: a client for each of its three actors, and its events.
 * Immutable and safe from any thread.
 */
public final class Dreamkeeper {
  private final Vertx vertx;
  private final String prefix;
  private final StateClient state;
  private final LockClient lock;
  private final LogClient log;

  private Dreamkeeper(Vertx vertx, String prefix, long timeoutMs, LongSupplier clock) {
    this.vertx = vertx;
    this.prefix = prefix;
    this.state = new StateClient(vertx, prefix, timeoutMs, clock);
    this.lock = new LockClient(vertx, prefix, timeoutMs, clock);
    this.log = new LogClient(vertx, prefix, timeoutMs, clock);
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
    return client(vertx, prefix, ActorClient.DEFAULT_TIMEOUT_MS, System::currentTimeMillis);
  }

  /**
   * Makes the client of a project, with a timeout and clock of its own.
   *
   * @param vertx the worker's
   * @param prefix the project's address prefix
   * @param timeoutMs how long an answer is waited for, at least 1
   * @param clock ms since 1970, in step with the host's
   * @return the client
   * @throws IllegalArgumentException if the timeout is below 1
   */
  public static Dreamkeeper client(Vertx vertx, String prefix, long timeoutMs, LongSupplier clock) {
    return new Dreamkeeper(vertx, prefix, timeoutMs, clock);
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
   * Listens to the project's events. They inform: one may be lost, and nothing should rest on it.
   *
   * @param handler gets each event, {@code {type, at, address, instance, seq, …}}, on the caller's
   *     context
   * @return ends the listening by its {@code unregister()}
   */
  public MessageConsumer<JsonObject> events(Handler<JsonObject> handler) {
    return vertx.eventBus().consumer(prefix + ".events", event -> handler.handle(event.body()));
  }
}
