package org.dreamkeeper.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.run.UndoOptions;

/**
 * What is to be taken back. Immutable.
 *
 * @param id the dream's entry
 * @param operations which of its operations, from 0; none for all that stand
 * @param force paths of files that are put back whatever they are now
 * @param timeout how long putting the texts back may take
 */
public record UndoRequest(
    String id, List<Integer> operations, Set<String> force, Duration timeout) {

  /**
   * Takes copies.
   *
   * @throws NullPointerException if anything is null
   * @throws IllegalArgumentException if the timeout is not 1 ms to 24 h
   */
  public UndoRequest {
    Objects.requireNonNull(id, "id is null");
    operations = Arguments.listed("operations", operations);
    force = Set.copyOf(Arguments.listed("force", force));
    timeout = new UndoOptions().setTimeout(timeout).getTimeout();
  }

  /**
   * {@return all of a dream, nothing by force, within five minutes}
   *
   * @param id the dream's entry
   */
  public static UndoRequest of(String id) {
    return new UndoRequest(id, List.of(), Set.of(), UndoOptions.DEFAULT_TIMEOUT);
  }

  /**
   * {@return the same, of these operations alone}
   *
   * @param places theirs, from 0
   */
  public UndoRequest withOperations(List<Integer> places) {
    return new UndoRequest(id, places, force, timeout);
  }

  /**
   * {@return the same, with files that are put back whatever they are now}
   *
   * @param paths theirs
   */
  public UndoRequest withForce(Set<String> paths) {
    return new UndoRequest(id, operations, paths, timeout);
  }

  /** {@return the body, a new object} */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("id", id);
    if (!operations.isEmpty()) {
      json.put("operations", new JsonArray(operations));
    }
    if (!force.isEmpty()) {
      json.put("force", new JsonArray(List.copyOf(new TreeSet<>(force))));
    }
    return json.put("timeoutMs", timeout.toMillis());
  }
}
