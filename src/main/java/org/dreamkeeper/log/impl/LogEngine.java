package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.LogStore.Committed;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.LogStore.Result;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * What memory knows of the log, and the only one to change it: after the store has told.
 *
 * <p>Confined to the actor's event loop; one call at a time, in the mailbox's order.
 */
record LogEngine(Project project, LogStore store, Rows rows) {
  private static final Logger LOG = Log.of(LogEngine.class);

  /** Names an entry for a person. */
  String place(String id) {
    return store.name() + "/" + store.name(id);
  }

  /** Brings the rows in step with the store. */
  Future<Void> refresh(boolean quick) {
    return store
        .refresh(quick, Row::of)
        .map(
            changes -> {
              changes.removed().forEach(rows::remove);
              changes.changed().forEach(this::adopt);
              return null;
            });
  }

  /** Reads entries as they are now; by id, in this order, those that are there. */
  Future<Map<String, Entry>> read(List<String> ids, boolean brief) {
    Map<String, Row> known = new HashMap<>();
    ids.forEach(id -> known.put(id, rows.get(id)));
    return store
        .read(ids, stored -> Entry.of(stored, brief, known.get(stored.version().id())))
        .onSuccess(
            found -> {
              ids.stream().filter(id -> !found.containsKey(id)).forEach(rows::remove);
              found.values().forEach(entry -> adopt(entry.row()));
            });
  }

  /** Commits, brings the rows in step, and tells. */
  Future<Committed<Row>> commit(List<Put> puts, Removal removal) {
    return store
        .commit(puts, removal, Row::of)
        .onSuccess(
            done -> {
              for (int i = 0; i < puts.size(); i++) {
                Result<Row> result = done.results().get(i);
                if (result.now() != null) {
                  adopt(result.now());
                } else if (result.failure() == null) {
                  rows.remove(puts.get(i).id());
                }
              }
              done.removed().forEach(rows::remove);
              done.events().forEach(project.events()::publish);
            });
  }

  /** Takes a row in; tells once of each version that is no entry. */
  @SuppressWarnings("ReferenceEquality") // the same row is told of again where nothing changed
  private void adopt(Row row) {
    if (rows.get(row.id()) == row) {
      return;
    }
    Row old = rows.put(row, project.time().nanos());
    boolean told = row.sameVersion(old) && !old.readable();
    if (!row.readable() && !told) {
      LogKeys.dream(LOG.atWarn(), row.id(), null)
          .log("{}: {} is skipped: {}", project.address("log"), place(row.id()), row.flaw());
      JsonObject event = new JsonObject().put("id", row.id()).put("reason", row.flaw());
      project.events().publish("log.unreadable", event);
    }
  }

  /** Gives those whose token may write, by the entry's id; the others are refused. */
  static Map<String, List<Request>> admitted(List<Request> requests, Fence fence) {
    return requests.stream()
        .filter(fence::admits)
        .collect(
            Collectors.groupingBy(
                each -> each.body().getString("id"), LinkedHashMap::new, Collectors.toList()));
  }

  /** Answers requests with what their store call has failed with. */
  static Void refuse(List<Request> requests, Throwable failure) {
    DreamkeeperException refusal = refusal(failure);
    boolean inDoubt = failure instanceof StoreException no && no.inDoubt();
    requests.forEach(inDoubt ? each -> each.failInDoubt(refusal) : each -> each.fail(refusal));
    return null;
  }

  /** Makes an answer of any failure: a bug is logged, and INTERNAL. */
  static DreamkeeperException refusal(Throwable failure) {
    if (!(failure instanceof StoreException || failure instanceof DreamkeeperException)) {
      LOG.error("the log met an unexpected failure", failure);
    }
    return StoreException.refusal(failure);
  }
}
