package org.dreamkeeper.log;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;

/**
 * A walk through several ordered sets at once, by their common order. The row that was returned
 * last may be removed or replaced meanwhile.
 */
final class LogWalk {
  private final List<NavigableSet<LogRow>> sets;
  private final Comparator<LogRow> order;
  private final LogRow[] heads;
  private int last = -1;

  /** Begins behind a place, or at the beginning if that is null. */
  LogWalk(List<NavigableSet<LogRow>> sets, Comparator<LogRow> order, LogRow behind) {
    this.sets = sets;
    this.order = order;
    this.heads = new LogRow[sets.size()];
    for (int i = 0; i < heads.length; i++) {
      NavigableSet<LogRow> set = sets.get(i);
      heads[i] = behind != null ? set.higher(behind) : set.isEmpty() ? null : set.first();
    }
  }

  /** Gives the next row, or null at the end. */
  LogRow next() {
    if (last >= 0) {
      heads[last] = sets.get(last).higher(heads[last]);
      last = -1;
    }
    LogRow best = null;
    for (int i = 0; i < heads.length; i++) {
      if (heads[i] != null && (best == null || order.compare(heads[i], best) < 0)) {
        best = heads[i];
        last = i;
      }
    }
    return best;
  }
}
