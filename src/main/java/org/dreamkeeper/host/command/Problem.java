package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * Something that doctor found.
 *
 * @param check by which check: its id
 * @param place where
 * @param detail what is the matter, in one line
 * @param advice what to do about it; or what {@code --fix} does
 * @param file which file of the base directory is touched by that; null where nothing is
 * @param repair does it; null where a person has to
 */
record Problem(
    String check,
    String place,
    String detail,
    String advice,
    String file,
    Consumer<Keeper> repair) {

  /** One that a person has to mend. */
  static Problem of(String check, String place, String detail, String advice) {
    return new Problem(check, place, detail, advice, null, null);
  }

  boolean mendable() {
    return repair != null;
  }

  JsonObject toJson() {
    return JsonObject.of(
        "check", check, "place", place, "detail", detail, "advice", advice, "mendable", mendable());
  }
}
