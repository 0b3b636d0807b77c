package org.dreamkeeper.state;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.impl.JsonText;

/** The merges that a dream suggested and nobody has decided on. */
final class PendingMerges {
  /** What sets one merge apart for the one who decides on it. */
  private record Pair(Object sourceFile, Object mergeTarget) {
    static Pair of(Map<?, ?> merge) {
      return new Pair(merge.get("sourceFile"), merge.get("mergeTarget"));
    }
  }

  private PendingMerges() {}

  static State add(State state, Map<String, Object> body) {
    List<Map<String, Object>> present = state.array(State.MERGES);
    Set<Object> known = new HashSet<>(present);
    List<Map<String, Object>> added = new ArrayList<>();
    long grown = 0;
    for (Map<String, Object> merge : merges(body)) {
      if (known.add(merge)) {
        added.add(merge);
        grown += JsonText.held(JsonText.print(merge));
      }
    }
    return added.isEmpty()
        ? state
        : state.with(State.MERGES, StateActions.append(present, added), grown);
  }

  static State remove(State state, Map<String, Object> body) {
    List<Map<String, Object>> present = state.array(State.MERGES);
    List<Map<String, Object>> rest = new ArrayList<>(present);
    if (body.containsKey("merges")) {
      Set<Pair> decided = new HashSet<>();
      merges(body).forEach(merge -> decided.add(Pair.of(merge)));
      rest.removeIf(merge -> decided.contains(Pair.of(merge)));
    } else {
      rest.removeIf(
          merge -> merge.get("suggestedByDreamId").equals(body.get("suggestedByDreamId")));
    }
    return rest.size() == present.size() ? state : state.with(State.MERGES, rest, 0);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> merges(Map<String, Object> body) {
    return (List<Map<String, Object>>) body.get("merges");
  }
}
