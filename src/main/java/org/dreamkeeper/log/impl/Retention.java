package org.dreamkeeper.log.impl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.LogStore.Removal;

/**
 * Which entries go: the oldest beyond the limit, but never one that is saved now, nor a {@code
 * processing} one, nor the newest {@code completed} or {@code partial} one, which is what an undo
 * needs. Ids tell what is old: unlike clocks, they are never set back. Only valid entries count.
 */
final class Retention {
  private Retention() {}

  /**
   * Tells what goes along with a save.
   *
   * @param saved what is saved, and what becomes of it, by id
   */
  static Removal of(
      Rows rows,
      Map<String, DreamStatus> saved,
      int maxEntries,
      Function<List<String>, Carried> carry) {
    List<String> added =
        saved.keySet().stream()
            .filter(id -> rows.get(id) == null || !rows.get(id).readable())
            .toList();
    int excess = rows.listed().size() + added.size() - maxEntries;
    if (excess <= 0) {
      return Removal.NONE;
    }
    String undoable = undoable(rows, saved);
    List<EntryVersion> going = new ArrayList<>();
    int passed = 0;
    for (Row row : rows.byId().values()) {
      long older = added.stream().filter(id -> LogId.compare(id, row.id()) < 0).count();
      if (passed + older >= excess) {
        break;
      }
      boolean stays =
          row.is(DreamStatus.PROCESSING)
              || saved.containsKey(row.id())
              || row.id().equals(undoable);
      if (row.readable()) {
        passed++;
        if (!stays) {
          going.add(row.version());
        }
      }
    }
    boolean isThere = undoable != null && !saved.containsKey(undoable);
    return new Removal(going, isThere ? List.of(rows.get(undoable).version()) : List.of(), carry);
  }

  /** Finds the greatest id of one that can be undone once all is saved; or null. */
  private static String undoable(Rows rows, Map<String, DreamStatus> saved) {
    return Stream.concat(
            saved.keySet().stream().filter(id -> canBeUndone(saved.get(id))),
            rows.byId().descendingMap().values().stream()
                .filter(row -> canBeUndone(row.status()) && !saved.containsKey(row.id()))
                .map(Row::id)
                .limit(1))
        .max(LogId::compare)
        .orElse(null);
  }

  private static boolean canBeUndone(DreamStatus status) {
    return status == DreamStatus.COMPLETED || status == DreamStatus.PARTIAL;
  }
}
