package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.KeptReply;

/**
 * What is kept of what a project's commits have {@link Carried}, and of events that none carried.
 * How far back that goes is the store's to say, and it may be nothing at all. Futures complete on
 * the caller's context, and fail with a {@link StoreException}.
 */
public interface JournalStore {

  /** Keeps events that no commit carries; those of one call stay together. */
  Future<Void> record(List<JsonObject> events);

  /**
   * Gives what was kept of an actor's replies: the last 1,000, less where they are large, oldest
   * first. Call it before the actor commits anything.
   */
  default Future<List<KeptReply>> replies(String actor) {
    return Future.succeededFuture(List.of());
  }

  /**
   * Sets which of an actor's replies stay, besides the last ones: those to these request ids, each
   * time that others go. Safe from any thread.
   */
  default void spare(String actor, Supplier<Set<String>> requestIds) {}

  /**
   * Some of the events.
   *
   * @param events in the order in which they were kept
   * @param cursor the place behind the last of them, opaque
   * @param gap whether some between the place asked for and the first of these are not there
   */
  record Page(List<JsonObject> events, String cursor, boolean gap) {}

  /**
   * Gives events, each once.
   *
   * @param after the place behind which they begin, a page's {@code cursor}; null: the oldest that
   *     is there. Fails with INVALID_REQUEST if it is none
   * @param limit how many at most
   */
  Future<Page> events(String after, int limit);
}
