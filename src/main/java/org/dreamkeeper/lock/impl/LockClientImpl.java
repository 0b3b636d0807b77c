package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.lock.LockHolder;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;

/** Asks the lock actor; the functions make those clients that write under a grant. */
public record LockClientImpl(
    ActorClient actor,
    Function<ActorClient.Hold, StateClient> state,
    Function<ActorClient.Hold, LogClient> log)
    implements LockClient {
  @Override
  public Future<Acquisition> acquire(AcquireOptions options) {
    AcquireOptions copy = new AcquireOptions(options);
    return actor
        .write("tryAcquire", copy.toJson(), new DeliveryOptions(), copy.getWait().toMillis())
        .map(Message::body)
        .map(
            reply ->
                reply.getBoolean("acquired")
                    ? new Acquisition.Acquired(new DreamLockImpl(reply, actor, state, log))
                    : new Acquisition.Refused(
                        LockHolder.of(reply.getJsonObject("holder")), reply.getInteger("waiting")));
  }

  @Override
  public Future<LockStatus> status() {
    return actor.read("status", null).map(reply -> LockStatus.of(reply.body()));
  }

  /** Reads a time of the lock's: 0 is none. */
  static Optional<Instant> completion(long ms) {
    return ms == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ms));
  }
}
