package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StoreException;

/** Carries out {@code getById}, {@code list} and {@code nextId}. */
record Reads(LogEngine engine, Interruptions interruptions, LogIds ids, Fence fence, Peers peers) {
  static final String NEXT_ID = "nextId";
  static final String GET_BY_ID = "getById";

  /** An edit in place may show only now that an entry belongs elsewhere: then from the start. */
  private static final int TRIES = 3;

  /** What is larger is copied for its receiver on a thread of the project's, bytes in memory. */
  private static final long MAX_HELD_ON_LOOP = 1 << 18;

  /** Carries a run of them out, and answers each. */
  Future<Void> answer(List<Request> requests) {
    boolean byId = requests.stream().allMatch(each -> each.action().equals(GET_BY_ID));
    Future<Void> inStep = byId ? Future.succeededFuture() : engine.refresh(false);
    return inStep.transform(
        seen ->
            AsyncLoop.forEach(
                requests,
                request ->
                    Future.<Void>succeededFuture()
                        .compose(now -> carryOut(request, seen.cause()))
                        .otherwise(failure -> LogEngine.refuse(List.of(request), failure))));
  }

  private Future<Void> carryOut(Request request, Throwable obstacle) {
    if (request.action().equals(GET_BY_ID)) {
      return byId(request, request.body().getString("id"));
    }
    if (obstacle != null) {
      return Future.failedFuture(obstacle);
    }
    if (request.action().equals(NEXT_ID)) {
      fence.check(request);
      // A dream counts only if its id exceeds that of the last one which the state knows.
      return peers
          .request("state", "read", null)
          .compose(state -> next(state.getString("lastDreamLogId")))
          .compose(id -> reply(request, new JsonObject().put("id", id), 0));
    }
    return list(request, LogFilter.of(request.body()), TRIES);
  }

  private Future<String> next(String lastDream) {
    ids.exceed(lastDream);
    return ids.next(engine.project().time().millis());
  }

  private Future<Void> byId(Request request, String id) {
    if (!LogId.valid(id)) {
      return reply(request, null, 0);
    }
    return interruptions
        .read(id)
        .compose(
            entry -> {
              if (entry != null && entry.row().unread()) {
                throw new StoreException(engine.store().name() + ": " + entry.row().flaw(), false);
              }
              return entry == null || !entry.row().readable()
                  ? reply(request, null, 0)
                  : reply(request, entry.json(), entry.held());
            });
  }

  private Future<Void> list(Request request, LogFilter filter, int tries) {
    Page page = new Page(filter, engine.project().budget());
    AtomicBoolean moved = new AtomicBoolean();
    return interruptions
        .end()
        .compose(ended -> AsyncLoop.whileTrue(() -> fill(page, filter, moved)))
        .compose(
            made ->
                moved.get() && tries > 1
                    ? list(request, filter, tries - 1)
                    : reply(request, page.toReply(engine.rows()), page.held()));
  }

  private Future<Boolean> fill(Page page, LogFilter filter, AtomicBoolean moved) {
    List<Row> next = page.next(engine.rows());
    if (next.isEmpty()) {
      return Future.succeededFuture(false);
    }
    return engine
        .read(next.stream().map(Row::id).toList(), filter.brief())
        .map(
            found -> {
              for (Row before : next) {
                Entry now = found.get(before.id());
                if (now != null && now.row().readable()) {
                  page.add(now);
                  boolean other = before.elsewhere(now.row());
                  moved.compareAndSet(false, other || interruptions.interrupted(now.row()));
                }
              }
              return true;
            });
  }

  private Future<Void> reply(Request request, JsonObject reply, long held) {
    if (held <= MAX_HELD_ON_LOOP) {
      request.reply(reply);
      return Future.succeededFuture();
    }
    return engine
        .project()
        .threads()
        .executor()
        .run(
            () -> {
              request.reply(reply);
              return null;
            });
  }
}
