package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.Contact;
import org.dreamkeeper.file.FileOptions;
import org.dreamkeeper.file.FileProjectStore;
import org.dreamkeeper.file.LockSharing;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.node.impl.LoneNode;
import org.dreamkeeper.postgres.PgOptions;
import org.dreamkeeper.postgres.PgProjectStore;
import org.dreamkeeper.store.ProjectStore;

/** Where a deployment finds its store, and what else it depends on. */
interface Placement {
  /** The keys of what all who may serve a project must agree on. */
  Set<String> SHARED = Set.of("lock", "log", "gates", "maxPending", "maxMessageBytes");

  /** Opens the store. */
  Future<? extends ProjectStore> open(
      Time time, ProjectThreads threads, String instance, Budget budget);

  /**
   * Names the node that serves the project; null where no nodes share projects out. A gateway then
   * has the public addresses, and the node watches over the claim.
   */
  default String node() {
    return null;
  }

  /** Tells where holders of the lock live. */
  default Residents residents() {
    return new Residents(null);
  }

  /** Says why the project must not be served now, though its claim stands; or null. Any thread. */
  default String obstacle() {
    return null;
  }

  /** Waits for the store no longer, if it is waiting for others. */
  default void cancel() {}

  /** Ends it when the store is closed; never fails. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }

  /** Gives the place that a configuration names. */
  static Placement of(Vertx vertx, Machine machine, DreamkeeperOptions options, String socket) {
    return options.getPostgres() == null
        ? directory(vertx, machine, options, socket)
        : new Lone(vertx, options);
  }

  private static Placement directory(
      Vertx vertx, Machine machine, DreamkeeperOptions options, String socket) {
    LockOptions lock = options.getLock();
    LockSharing sharing =
        new LockSharing(
            lock.getStaleTimeout().toMillis(),
            lock.getForeignPids() == LockOptions.ForeignPids.CHECK,
            lock.getSettle().toMillis());
    Contact contact = Contact.of(options.getAddress(), socket);
    boolean sync = options.getDurability() == Durability.FSYNC;
    return (time, threads, instance, budget) ->
        FileProjectStore.open(
            vertx,
            time,
            threads,
            machine,
            new FileOptions(options.getBaseDir(), sync, sharing, instance, contact, budget));
  }

  /** What all who may serve a project must agree on, of its configuration. */
  static JsonObject settings(DreamkeeperOptions options) {
    JsonObject settings = options.toJson();
    settings.fieldNames().retainAll(SHARED);
    return settings;
  }

  /** A database, in which it serves this project alone. */
  final class Lone implements Placement {
    private final DreamkeeperOptions options;
    private final LoneNode node;

    private Lone(Vertx vertx, DreamkeeperOptions options) {
      this.options = options;
      this.node =
          new LoneNode(vertx, Time.system(vertx), options.getPostgres(), options.getAddress());
    }

    @Override
    public Future<? extends ProjectStore> open(
        Time time, ProjectThreads threads, String instance, Budget budget) {
      return node.claim(settings(options))
          .compose(
              id ->
                  PgProjectStore.open(
                      node.table(),
                      time,
                      threads,
                      new PgOptions(id, options.getAddress(), instance, budget)));
    }

    @Override
    public String obstacle() {
      return node.obstacle();
    }

    @Override
    public void cancel() {
      node.cancel();
    }

    @Override
    public Future<Void> close() {
      return node.close();
    }
  }
}
