package org.dreamkeeper.log.impl;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.LogId;

/** A place in the list, as callers carry it: opaque, and good also when its entry is gone. */
final class LogCursor {
  private static final char BETWEEN = '@';

  private LogCursor() {}

  /** Names the place right behind a row. */
  static String behind(Row row) {
    String place = row.id() + BETWEEN + row.startedAt();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Finds the place.
   *
   * @throws DreamkeeperException INVALID_REQUEST if the text was never a cursor
   */
  static Row place(String cursor) {
    try {
      String place = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      int between = place.indexOf(BETWEEN);
      if (between > 0 && LogId.valid(place.substring(0, between))) {
        double startedAt = Double.parseDouble(place.substring(between + 1));
        Row row = Row.position(startedAt, place.substring(0, between));
        if (Double.isFinite(startedAt) && behind(row).equals(cursor)) {
          return row;
        }
      }
    } catch (IllegalArgumentException garbage) {
      // answered below
    }
    throw new DreamkeeperException(
        FailureCode.INVALID_REQUEST, "/cursor is none that list gave, expected one of those");
  }
}
