package org.dreamkeeper;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.store.Keeping;

/** A place to serve a project from, as a test reaches it beside the service. */
public interface Kept extends Keeping {

  /** What a service is deployed with on it. */
  JsonObject config();

  /** What a service is to take for the machine. */
  Machine machine();

  /** Lets it have been claimed before, so that the next epoch is known. */
  void claimedBefore(long epoch);

  /** What stands as the lock. */
  byte[] lock();

  /** Lets it stand again. */
  void putLock(byte[] content);

  /** Lets a free lock say when the last dream completed. */
  void completedAt(Instant at);

  /** What stands as an entry, without what was appended to it. */
  String entry(String id);

  /** All that is there, by name, so that any change shows. */
  Map<String, String> all();

  /** Serves it, with more settings. */
  default Served served(Vertx vertx, Time time, JsonObject settings) {
    return Served.at(vertx, time, machine(), config().mergeIn(settings));
  }

  /** Serves it without waiting for the disk, where that can be had. */
  default Served unsynced(Vertx vertx, Time time) {
    return served(vertx, time, new JsonObject());
  }
}
