package org.dreamkeeper.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Notes that say the same.
 *
 * @param kept the one that stays: it has the shortest path
 * @param others the ones that may go, at least one
 */
record Duplicates(Note kept, List<Note> others) {

  /** Finds all groups; a note that says nothing is nobody's duplicate. */
  static List<Duplicates> of(List<Note> notes) {
    Comparator<Note> order =
        Comparator.<Note>comparingInt(note -> note.path().length()).thenComparing(Note::path);
    Map<String, List<Note>> bySaying = new LinkedHashMap<>();
    for (Note note : notes.stream().sorted(order).toList()) {
      if (!note.said().isEmpty()) {
        bySaying.computeIfAbsent(note.said(), said -> new ArrayList<>()).add(note);
      }
    }
    return bySaying.values().stream()
        .filter(same -> same.size() > 1)
        .map(same -> new Duplicates(same.get(0), List.copyOf(same.subList(1, same.size()))))
        .toList();
  }

  int size() {
    return others.size() + 1;
  }
}
