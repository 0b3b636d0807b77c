package org.dreamkeeper.log;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Asks a project's log, in Java types. Safe from any thread; futures complete on the caller's
 * context and fail with a {@link org.dreamkeeper.bus.DreamkeeperException}. A reply in hand means
 * that the change is durable.
 *
 * <p>Each request can fail with STORAGE_FAILED (look before another try); a write under a lock,
 * with SUPERSEDED once it is lost; and each request with what {@link
 * org.dreamkeeper.bus.FailureCode} says of any. What is null is refused at once, by an exception
 * that names it.
 */
public interface LogClient {

  /**
   * Asks for an id that nobody had before.
   *
   * @return the id, greater than every earlier one
   */
  Future<String> nextId();

  /**
   * Saves an entry, in the place of the one with its id if there is one.
   *
   * @param entry the entry; under a lock, its {@code lockToken} becomes the lock's
   * @return completes when it is durable; fails with INVALID_REQUEST if a brief list has left its
   *     operations out
   */
  Future<Void> save(DreamLogEntry entry);

  /**
   * Adds operations to an entry that is {@code processing}, behind those that it has. What that
   * costs does not grow with the entry.
   *
   * @param id the entry's
   * @param operations at least one; each is judged by itself
   * @return completes when those that are not refused are durable; fails with INVALID_REQUEST if
   *     none is valid, or the entry is not {@code processing}, and with TOO_LARGE if it could not
   *     be saved whole any more
   */
  Future<Appended> append(String id, List<DreamOperation> operations);

  /**
   * Asks for an entry.
   *
   * @param id the entry's
   * @return the entry; empty if there is none, or no valid one
   */
  Future<Optional<DreamLogEntry>> getById(String id);

  /**
   * Lists entries, newest first.
   *
   * <pre>{@code
   * log.list(LogQuery.all().status(DreamStatus.ERROR).limit(20));
   * }</pre>
   *
   * @param query which
   * @return a page of them
   */
  Future<LogPage> list(LogQuery query);
}
