package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.log.Appended;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.log.LogPage;
import org.dreamkeeper.log.LogQuery;

/** Asks the log actor. */
public record LogClientImpl(ActorClient actor) implements LogClient {
  /** Makes a client whose writes go through only while a grant holds the lock. */
  public LogClientImpl under(ActorClient.Hold grant) {
    return new LogClientImpl(actor.under(grant));
  }

  @Override
  public Future<String> nextId() {
    return actor.write("nextId", null).map(reply -> reply.body().getString("id"));
  }

  @Override
  public Future<Void> save(DreamLogEntry entry) {
    Objects.requireNonNull(entry, "entry is null");
    return actor.write("save", entry.toJson()).mapEmpty();
  }

  @Override
  public Future<Appended> append(String id, List<DreamOperation> operations) {
    Objects.requireNonNull(id, "id is null");
    List<DreamOperation> all = Arguments.listed("operations", operations);
    JsonArray list = new JsonArray(all.stream().map(DreamOperation::toJson).toList());
    JsonObject body = new JsonObject().put("id", id).put("operations", list);
    return actor.write("append", body).map(reply -> Appended.of(reply.body()));
  }

  @Override
  public Future<Optional<DreamLogEntry>> getById(String id) {
    Objects.requireNonNull(id, "id is null");
    return actor
        .read("getById", new JsonObject().put("id", id))
        .map(reply -> Optional.ofNullable(reply.body()).map(DreamLogEntry::fromJson));
  }

  @Override
  public Future<LogPage> list(LogQuery query) {
    Objects.requireNonNull(query, "query is null");
    return actor.read("list", query.toJson()).map(reply -> LogPage.of(reply.body()));
  }
}
