package org.dreamkeeper.run.impl;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.texts.Found;

/**
 * One file of one operation.
 *
 * @param step what is to become of it
 * @param then what was to be done, where the step does not say it; or null
 * @param reason why it cannot be done, or null
 * @param here what must be there
 * @param there what must be where it was moved to; null unless it is to be moved back
 */
record PlanRow(
    int operation,
    FileChange change,
    String step,
    String then,
    String reason,
    Found here,
    Found there) {
  static final String RESTORE = "restore";
  static final String DELETE = "delete";
  static final String MOVE_BACK = "moveBack";
  static final String NONE = "none";
  static final String CONFLICT = "conflict";
  static final String UNVERIFIED = "unverified";
  static final String IMPOSSIBLE = "impossible";

  /** Gives what is to be done, or null. */
  String deed() {
    return switch (step) {
      case RESTORE, DELETE, MOVE_BACK -> step;
      case UNVERIFIED -> then;
      default -> null;
    };
  }

  PlanRow conflict(String why) {
    return new PlanRow(operation, change, CONFLICT, deed(), why, here, there);
  }

  boolean stands() {
    return step.equals(CONFLICT) || step.equals(IMPOSSIBLE);
  }

  JsonObject toJson() {
    JsonObject json = JsonObject.of("path", change.path(), "operation", operation, "step", step);
    JsonFields.put(json, "then", step.equals(deed()) ? null : then);
    boolean back = MOVE_BACK.equals(deed()) || MOVE_BACK.equals(then);
    JsonFields.put(json, "from", back ? change.from() : null);
    return JsonFields.put(json, "reason", reason);
  }
}
