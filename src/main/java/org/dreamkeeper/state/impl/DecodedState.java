package org.dreamkeeper.state.impl;

import java.util.List;

/**
 * What a stored document says.
 *
 * @param state what reads show
 * @param degraded {@link #CORRUPT}, {@link #NEWER} or {@link #UNREADABLE}; null if it is valid, or
 *     there is none
 * @param reason why it is degraded, one line; null if it is not
 * @param kept the fields of a corrupt one that validate
 * @param dropped its fields, as {@code name}, and array elements, as {@code name/index}, that do
 *     not
 */
record DecodedState(
    State state, String degraded, String reason, List<String> kept, List<String> dropped) {
  static final String CORRUPT = "corrupt";
  static final String NEWER = "newer";
  static final String UNREADABLE = "unreadable";

  static DecodedState good(State state) {
    return new DecodedState(state, null, null, List.of(), List.of());
  }

  /** One of which nothing can be shown. */
  static DecodedState empty(String degraded, String reason) {
    return new DecodedState(State.EMPTY, degraded, reason, List.of(), List.of());
  }

  boolean corrupt() {
    return CORRUPT.equals(degraded);
  }

  /** Tells whether nothing may be written in its place. */
  boolean untouchable() {
    return NEWER.equals(degraded) || UNREADABLE.equals(degraded);
  }
}
