package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Contact;
import org.dreamkeeper.file.FileOptions;
import org.dreamkeeper.file.FileProjectStore;
import org.dreamkeeper.file.LockSharing;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.node.impl.LoneNode;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.PgProjectStore;
import org.dreamkeeper.store.PreviewStore;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StoreException;

/** Where a deployment finds its store, and what else it depends on. */
interface Placement {
  /** The keys of what all who may serve a project must agree on. */
  Set<String> SHARED = Set.of("lock", "log", "gates", "maxPending", "maxMessageBytes");

  /** Opens the store. */
  Future<? extends ProjectStore> open(Opening own);

  /**
   * Names the node that serves the project; null where no nodes share projects out. A gateway then
   * has the public addresses, and the node watches over the claim.
   */
  default String node() {
    return null;
  }

  /** Tells where holders of the lock live. */
  default Residents residents() {
    return new Residents();
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

  /** How a project is taken. */
  enum Taking {
    /** Waits for who serves it to end, where that can be waited for. */
    WAIT,
    /** Not at all, where somebody serves it. */
    UNLESS_SERVED,
    /** Not at all: it is looked at, and what is changed stays in memory. */
    LOOK;

    /** Gives the machine as it is seen then. */
    Machine of(Machine real) {
      return this == LOOK ? real.preview() : real;
    }
  }

  /**
   * Gives the place that a configuration names.
   *
   * @param machine with the directory; one whose changes stay in memory, where it is only looked at
   * @param socket the path of the Unix socket by which it is asked; null if it has none
   */
  static Placement of(
      Vertx vertx, Machine machine, DreamkeeperOptions options, Taking taking, String socket) {
    if (options.getPostgres() == null) {
      return directory(vertx, machine, options, socket);
    }
    return taking == Taking.LOOK
        ? new LookedAt(options.getAddress(), new NodeTable(vertx, options.getPostgres()))
        : new Lone(options, taking, lone(vertx, options, socket));
  }

  /** Makes what a process is in a database that serves one project of it alone. */
  static LoneNode lone(Vertx vertx, DreamkeeperOptions options, String socket) {
    return new LoneNode(
        vertx, Time.system(vertx), options.getPostgres(), options.getAddress(), socket);
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
    return own ->
        FileProjectStore.open(
            vertx,
            own.time(),
            own.threads(),
            machine,
            new FileOptions(
                options.getBaseDir(), sync, sharing, own.instance(), contact, own.budget()));
  }

  /** What all who may serve a project must agree on, of its configuration. */
  static JsonObject settings(DreamkeeperOptions options) {
    JsonObject settings = options.toJson();
    settings.fieldNames().retainAll(SHARED);
    return settings;
  }

  /** A database, in which it serves this project alone. */
  record Lone(DreamkeeperOptions options, Taking taking, LoneNode lone) implements Placement {
    @Override
    public Future<? extends ProjectStore> open(Opening own) {
      JsonObject settings = settings(options);
      return (taking == Taking.WAIT ? lone.claim(settings) : lone.claimUnlessServed(settings))
          .compose(id -> own.postgres(lone.table(), id, options.getAddress()));
    }

    /** Those whom nodes have granted the lock; its own end with it. */
    @Override
    public Residents residents() {
      return new Residents(lone::mayLive, false);
    }

    @Override
    public String obstacle() {
      return lone.obstacle();
    }

    @Override
    public void cancel() {
      lone.cancel();
    }

    @Override
    public Future<Void> close() {
      return lone.close();
    }
  }

  /** A database, in which it only looks at this project. */
  record LookedAt(String address, NodeTable table) implements Placement {
    @Override
    public Future<? extends ProjectStore> open(Opening own) {
      return table
          .find(address)
          .compose(
              look ->
                  look.isEmpty()
                      ? Future.failedFuture(new StoreException("it keeps no such project", false))
                      : PgProjectStore.look(
                          table, own.time(), own.threads(), own.options(null, address)))
          .map(store -> new PreviewStore(store, own.time()));
    }

    /** Whoever may live is shown as the holder. */
    @Override
    public Residents residents() {
      return new Residents(node -> true, false);
    }

    @Override
    public Future<Void> close() {
      return table.close();
    }
  }
}
