package org.dreamkeeper.run.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.run.impl.Rewind.Reverted;
import org.dreamkeeper.texts.UndoBin;

/**
 * Carries a plan out, one file after the other. What is not as it should be stays, and its row
 * becomes a conflict; so does what the disk refuses. Blocking.
 */
final class UndoSteps {
  private final UndoBin bin;
  private final BooleanSupplier over;

  /** The first thing that the disk refused, or null. */
  private String error;

  /** Stops before the next step once it is over: the lock is lost, or the time. */
  UndoSteps(UndoBin bin, BooleanSupplier over) {
    this.bin = bin;
    this.over = over;
  }

  /**
   * What became of a plan, or would.
   *
   * @param id the dream's entry
   * @param operations which were to be taken back
   * @param error what the disk refused, or null
   */
  record Done(String id, SortedSet<Integer> operations, List<PlanRow> rows, String error) {
    /** Gives the operations of which nothing stands. */
    SortedSet<Integer> undone() {
      SortedSet<Integer> undone = new TreeSet<>(operations);
      rows.stream().filter(PlanRow::stands).forEach(row -> undone.remove(row.operation()));
      return undone;
    }

    Reverted reverted() {
      return new Reverted(undone(), error == null);
    }

    /** Makes the answer to who has asked for a plan, or named one. */
    JsonObject toJson(String plan) {
      JsonObject json =
          new JsonObject()
              .put("plan", plan)
              .put("operations", new JsonArray(List.copyOf(operations)))
              .put("files", new JsonArray(rows.stream().map(PlanRow::toJson).toList()))
              .put("status", undone().equals(operations) ? "completed" : "partial")
              .put("id", id);
      return error == null ? json : json.put("status", "error").put("error", error);
    }
  }

  Done carryOut(UndoPlan plan) {
    List<PlanRow> rows = new ArrayList<>();
    for (PlanRow row : plan.rows()) {
      rows.add(row.deed() == null ? row : carryOut(row));
    }
    if (error == null) {
      bin.end();
    }
    return plan.done(rows, error);
  }

  private PlanRow carryOut(PlanRow row) {
    if (over.getAsBoolean()) {
      throw new DreamkeeperException(FailureCode.SUPERSEDED, "it was cut short");
    }
    try {
      String why = row.deed().equals(PlanRow.MOVE_BACK) ? moveBack(row) : replace(row);
      return why == null ? row : row.conflict(why);
    } catch (DreamkeeperException refused) {
      error = error == null ? refused.reason() : error;
      return row.conflict(refused.reason());
    }
  }

  private String replace(PlanRow row) {
    return bin.replace(row.operation(), row.change().path(), row.here(), row.change().text());
  }

  private String moveBack(PlanRow row) {
    String path = row.change().path();
    String why = row.here().nothing() ? null : bin.replace(row.operation(), path, row.here(), null);
    return why == null
        ? bin.moveBack(row.operation(), row.change().from(), row.there(), path)
        : why;
  }
}
