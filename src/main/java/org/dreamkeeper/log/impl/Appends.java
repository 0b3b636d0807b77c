package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.StoreException;

/**
 * Adds operations to entries that are {@code processing}: what queued up together for one entry is
 * written together, however many operations it has.
 */
record Appends(LogEngine engine, Interruptions interruptions, Fence fence) {
  /** Against somebody who writes the entry all the time. */
  private static final int TRIES = 3;

  /** Carries a run of appends out, and answers each. */
  Future<Void> commit(List<Request> requests) {
    Map<String, List<Request>> byId = LogEngine.admitted(requests, fence);
    return AsyncLoop.forEach(
        byId.keySet(),
        id ->
            append(id, byId.get(id), TRIES)
                .otherwise(failure -> LogEngine.refuse(byId.get(id), failure)));
  }

  /** Appends to the version that the rows know, or else to the one that is there. */
  private Future<Void> append(String id, List<Request> requests, int tries) {
    Row row = engine.rows().get(id);
    boolean looked = tries < TRIES;
    if (looked) {
      checkGrows(id, row);
    }
    boolean grows = row != null && row.is(DreamStatus.PROCESSING);
    return (grows && (looked || !interruptions.interrupted(row))
            ? append(row, requests)
            : Future.succeededFuture(false))
        .compose(
            done -> {
              if (done) {
                return Future.succeededFuture();
              }
              if (tries == 0) {
                String reason = engine.place(id) + ": changes faster than it can be read";
                throw new StoreException(reason, false);
              }
              return interruptions.read(id).compose(now -> append(id, requests, tries - 1));
            });
  }

  /** Appends to a version, and answers; gives whether it still is there. */
  private Future<Boolean> append(Row row, List<Request> requests) {
    Project project = engine.project();
    return engine
        .store()
        .append(row.version(), entry -> Appendage.judge(requests, entry, project.budget()))
        .map(
            done -> {
              List<Appendage> answers = done.orElse(List.of());
              if (answers.stream().anyMatch(each -> each.refusal() == null)) {
                project.events().stored("log");
              }
              answers.forEach(Appendage::answer);
              return done.isPresent();
            });
  }

  /** Refuses where there is no entry that can grow. */
  private void checkGrows(String id, Row row) {
    if (row == null) {
      throw Appendage.invalid(id + " is not in the log");
    }
    if (row.unread()) {
      throw new StoreException(engine.place(id) + ": " + row.flaw(), false);
    }
    if (!row.readable()) {
      throw Appendage.invalid(id + " is no valid entry: " + row.flaw());
    }
    if (!row.is(DreamStatus.PROCESSING)) {
      throw Appendage.invalid(id + " is " + row.status().json() + ", expected processing");
    }
  }
}
