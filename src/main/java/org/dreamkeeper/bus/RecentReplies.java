package org.dreamkeeper.bus;

import io.vertx.core.eventbus.Message;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was answered lately, by {@code requestId}: a caller whose reply was lost asks again, gets
 * the same reply, and nothing is done twice. Safe from any thread.
 */
final class RecentReplies {
  /** How many ids are remembered. */
  static final int MAX_REMEMBERED = 1_000;

  /** An id's first request while it is under way, then its answer. */
  private record Entry(String action, Request underWay, Answer answer) {}

  private final Map<String, Entry> byId =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /**
   * Answers a repeated request, now or when the first one is answered.
   *
   * @return whether there was a first one
   * @throws DreamkeeperException INVALID_REQUEST if the id was another action's
   */
  boolean repeats(String id, String action, Message<?> asker) {
    Entry first;
    synchronized (this) {
      first = byId.get(id);
    }
    if (first == null) {
      return false;
    }
    if (!first.action().equals(action)) {
      throw new DreamkeeperException(
          FailureCode.INVALID_REQUEST,
          "header requestId " + Values.show(id) + " was used before, for " + first.action());
    }
    if (first.underWay() != null) {
      first.underWay().join(asker);
    } else {
      first.answer().send(asker);
    }
    return true;
  }

  synchronized void begun(String id, String action, Request request) {
    byId.put(id, new Entry(action, request, null));
  }

  synchronized void answered(String id, String action, Answer answer) {
    if (answer.kept()) {
      byId.put(id, new Entry(action, null, answer));
    } else {
      byId.remove(id);
    }
  }

  synchronized void forget(String id) {
    byId.remove(id);
  }
}
