package org.dreamkeeper.state.impl;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The merges that a dream suggested and nobody has decided on. */
final class PendingMerges {
  private PendingMerges() {}

  static State add(State state, Map<String, Object> body) {
    Set<Map<String, Object>> added = new LinkedHashSet<>(merges(body));
    state.array(State.MERGES).forEach(added::remove);
    return state.append(State.MERGES, added);
  }

  static State remove(State state, Map<String, Object> body) {
    List<Map<String, Object>> rest = new ArrayList<>(state.array(State.MERGES));
    if (body.containsKey("merges")) {
      Set<Object> decided = new HashSet<>();
      merges(body).forEach(merge -> decided.add(pair(merge)));
      rest.removeIf(merge -> decided.contains(pair(merge)));
    } else {
      Object dream = body.get("suggestedByDreamId");
      rest.removeIf(merge -> merge.get("suggestedByDreamId").equals(dream));
    }
    return state.with(State.MERGES, rest);
  }

  /** What sets one merge apart for the one who decides on it. */
  private static List<Object> pair(Map<String, Object> merge) {
    return List.of(merge.get("sourceFile"), merge.get("mergeTarget"));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> merges(Map<String, Object> body) {
    return (List<Map<String, Object>>) body.get("merges");
  }
}
