package org.dreamkeeper.state.impl;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.LogId;

/**
 * A dream that is undone, taken out of the state.
 *
 * <p>It counts in the state while it is the last one, or an earlier one that the field {@code
 * undoing} names; one after the last was never recorded. Only what counts is taken from the counts;
 * and as it is neither afterwards, a second time changes nothing. Its pending merges go in any
 * case.
 */
final class ForgottenDream {
  /** The field that an undo puts into the state until it is finished: the entry's id. */
  static final String UNDOING = "undoing";

  private ForgottenDream() {}

  static State forget(State state, Map<String, Object> body) {
    String logId = (String) body.get("logId");
    Map<?, ?> previous = (Map<?, ?>) body.get("previous");
    if (previous != null && logId.equals(previous.get("logId"))) {
      throw new DreamkeeperException(
          FailureCode.INVALID_REQUEST,
          "/previous/logId: \"" + logId + "\", expected another dream than the undone one");
    }
    boolean last = logId.equals(state.text(State.LAST_DREAM_LOG_ID));
    boolean undoing = logId.equals(state.fields().get(UNDOING));
    Map<String, Object> changes = new LinkedHashMap<>();
    if (last) {
      changes.put(State.LAST_DREAM_AT, previous == null ? null : at(previous));
      changes.put(State.LAST_DREAM_LOG_ID, previous == null ? null : previous.get("logId"));
    }
    boolean recorded = !LogId.after(logId, state.text(State.LAST_DREAM_LOG_ID));
    if (last || (undoing && recorded)) {
      long back = ((Number) body.getOrDefault("curations", 0)).longValue();
      changes.put(
          State.CURATIONS, Math.min(StateActions.MAX_COUNT, state.count(State.CURATIONS) + back));
      changes.put(State.TOTAL_DREAMS, Math.max(0, state.count(State.TOTAL_DREAMS) - 1));
    }
    State next = changes.isEmpty() ? state : state.with(changes);
    return PendingMerges.remove(
        undoing ? next.without(UNDOING) : next, Map.of("suggestedByDreamId", logId));
  }

  private static String at(Map<?, ?> previous) {
    return StateActions.iso(((Number) previous.get("completedAt")).longValue());
  }
}
