package org.dreamkeeper.store;

import io.vertx.core.Future;
import java.util.List;

/**
 * What only a store can judge of what it keeps, and mend. Futures complete on the caller's context
 * and fail with a {@link StoreException}, or with INVALID_REQUEST where what is asked for cannot be
 * done to what is there.
 */
public interface StoreCheck {
  /** What is told of {@link Kind#ENTRY_SET_ASIDE}. */
  String ASIDE = "it was no entry, and was set aside; look into it, then remove it";

  /** What is found. */
  enum Kind {
    /** The claim is not what it should be; that is told only. */
    CLAIM,
    /** Something was left behind that nobody will finish; a person may remove it. */
    ABANDONED,
    /** A damaged state that was set aside; what of it is wanted can be put back. */
    STATE_SET_ASIDE,
    /** An entry that cannot be read as one; it can be set aside. */
    UNREADABLE_ENTRY,
    /** What was no entry, and was set aside; that is told only. */
    ENTRY_SET_ASIDE
  }

  /**
   * Something that is not as it should be, or that somebody should look at.
   *
   * @param place where a person finds it
   * @param detail what is the matter with it, in one line
   * @param fields of a state that was set aside: those that can be put back and that the state is
   *     without now, unless dreams have completed since; otherwise none
   */
  record Finding(Kind kind, String place, String detail, List<String> fields) {}

  /** Looks at everything; changes nothing. */
  Future<List<Finding>> check();

  /** Counts the damaged states that were set aside, and of which the state lacks something. */
  Future<Integer> statesSetAside();

  /**
   * Moves an entry that cannot be read out of the log, durably.
   *
   * @return where a person finds it then
   */
  Future<String> setAside(String id);

  /**
   * Takes fields of a state that was set aside into the state, in the place of those it has.
   *
   * @param place of the finding
   */
  Future<Void> putBack(String place, List<String> fields);
}
