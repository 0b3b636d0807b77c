package org.dreamkeeper.state.impl;

import org.dreamkeeper.store.LogId;

/** Compares the ids of log entries, which are numbers, whatever their length as text. */
final class DreamIds {
  /** The log does not count from ids above: nothing would ever be recorded after them. */
  private static final String MAX_COUNTED = LogId.of(LogId.MAX_COUNTED);

  private DreamIds() {}

  /**
   * Tells whether an id is greater than the recorded one.
   *
   * @param id an id
   * @param recorded the recorded one; null, or what is no id, is smaller than any, and what is
   *     above 2^52 smaller than any that is not
   */
  static boolean greater(String id, String recorded) {
    if (!LogId.valid(id)) {
      return false;
    }
    return recorded == null
        || !LogId.valid(recorded)
        || (counts(id) && !counts(recorded))
        || LogId.compareNumbers(id, recorded) > 0;
  }

  private static boolean counts(String id) {
    return LogId.compareNumbers(id, MAX_COUNTED) <= 0;
  }
}
