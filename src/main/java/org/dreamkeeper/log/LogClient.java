package org.dreamkeeper.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.impl.ActorClient;

/**
 * Speaks to the log actor. Stateless and safe from any thread; futures complete on the caller's
 * context and fail with a {@link org.dreamkeeper.bus.DreamkeeperException}.
 *
 * <p>Arguments are not null unless they say so. What is out of range is refused by the actor, with
 * INVALID_REQUEST; each request can also fail with STORAGE_FAILED (look before another try), and
 * with what {@link org.dreamkeeper.bus.FailureCode} says of any.
 */
public final class LogClient {
  private final ActorClient actor;

  /**
   * Makes a client.
   *
   * @param vertx the caller's
   * @param prefix the project's address prefix
   */
  public LogClient(Vertx vertx, String prefix) {
    this(vertx, prefix, ActorClient.DEFAULT_TIMEOUT_MS, System::currentTimeMillis);
  }

  /**
   * Makes a client with a timeout and clock of its own.
   *
   * @param vertx the caller's
   * @param prefix the project's address prefix
   * @param timeoutMs how long an answer is waited for, at least 1
   * @param clock ms since 1970, in step with the host's
   * @throws IllegalArgumentException if the timeout is below 1
   */
  public LogClient(Vertx vertx, String prefix, long timeoutMs, LongSupplier clock) {
    this(new ActorClient(vertx, prefix + ".log", timeoutMs, clock));
  }

  private LogClient(ActorClient actor) {
    this.actor = actor;
  }

  /**
   * Makes a client whose writes go through only while a grant holds the lock.
   *
   * @param grant which
   * @return another client
   */
  public LogClient under(ActorClient.Hold grant) {
    return new LogClient(actor.under(grant));
  }

  /**
   * Asks for an id that nobody had before.
   *
   * @return the id, greater than every earlier one
   */
  public Future<String> nextId() {
    return actor.write("nextId", null).map(reply -> reply.body().getString("id"));
  }

  /**
   * Saves an entry, in the place of the one with its id if there is one.
   *
   * @param entry the entry; of a client under the lock, its {@code lockToken} becomes the token
   * @return completes when it is durable
   */
  public Future<Void> save(DreamLogEntry entry) {
    Objects.requireNonNull(entry, "entry is null");
    return actor.write("save", entry.toJson()).mapEmpty();
  }

  /**
   * Adds operations to an entry that is {@code processing}, behind those that it has. What that
   * costs does not grow with the entry. Where no answer came, look at the entry before another try.
   *
   * @param id the entry's
   * @param operations at least one; each is judged by itself
   * @return completes when those that are not refused are durable; fails with INVALID_REQUEST if
   *     none is valid, or the entry is not {@code processing}, and with TOO_LARGE if it could not
   *     be saved whole any more
   */
  public Future<Appended> append(String id, List<DreamOperation> operations) {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(operations, "operations is null");
    JsonArray list = new JsonArray(operations.stream().map(DreamOperation::toJson).toList());
    JsonObject body = new JsonObject().put("id", id).put("operations", list);
    return actor.write("append", body).map(reply -> Appended.of(reply.body()));
  }

  /**
   * Asks for an entry.
   *
   * @param id the entry's
   * @return the entry; null if there is none, or no valid one
   */
  public Future<DreamLogEntry> getById(String id) {
    Objects.requireNonNull(id, "id is null");
    return actor
        .send("getById", new JsonObject().put("id", id))
        .map(reply -> reply.body() == null ? null : DreamLogEntry.fromJson(reply.body()));
  }

  /**
   * Lists entries, newest first.
   *
   * @param query which
   * @return a page of them
   */
  public Future<LogPage> list(LogQuery query) {
    Objects.requireNonNull(query, "query is null");
    return actor.send("list", query.toJson()).map(reply -> LogPage.of(reply.body()));
  }
}
