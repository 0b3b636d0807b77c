package org.dreamkeeper.run.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.DreamLogEntry;

/**
 * Which operations of a dream are to be taken back.
 *
 * @param chosen their places; null for all
 * @param force paths of files that are to be put back whatever they are now
 */
record UndoWanted(String id, List<Integer> chosen, Set<String> force) {
  private static final Pattern ID = Pattern.compile("drm-[0-9]{1,16}");

  /** Other programs may have written longer ids; what the log refuses must not be half undone. */
  static boolean isWritable(String id) {
    return ID.matcher(id).matches();
  }

  /** Reads a request, or the state's field {@code undoing}; null if that is neither. */
  static UndoWanted of(JsonObject json) {
    if (!(json.getValue("id") instanceof String id) || !isWritable(id)) {
      return null;
    }
    Object operations = json.getValue("operations");
    Object force = json.getValue("force", new JsonArray());
    boolean valid =
        (operations == null || all(Number.class, operations)) && all(String.class, force);
    return valid
        ? new UndoWanted(
            id,
            operations == null
                ? null
                : ((JsonArray) operations)
                    .stream().map(each -> ((Number) each).intValue()).toList(),
            new HashSet<>(((JsonArray) force).stream().map(String.class::cast).toList()))
        : null;
  }

  private static boolean all(Class<?> type, Object list) {
    return list instanceof JsonArray array && array.stream().allMatch(type::isInstance);
  }

  JsonObject toJson(DreamLogEntry entry) {
    return new JsonObject()
        .put("id", id)
        .put("operations", new JsonArray(List.copyOf(operations(entry))))
        .put("force", new JsonArray(List.copyOf(new TreeSet<>(force))));
  }

  /** Gives those that stand; INVALID_REQUEST for one that the entry does not have. */
  SortedSet<Integer> operations(DreamLogEntry entry) {
    int count = entry.operations().size();
    SortedSet<Integer> wanted = new TreeSet<>(IntStream.range(0, count).boxed().toList());
    if (chosen != null) {
      for (int i = 0; i < chosen.size(); i++) {
        if (!wanted.contains(chosen.get(i))) {
          throw new DreamkeeperException(
              FailureCode.INVALID_REQUEST,
              "/operations/%d: %d, expected 0 to %d, as %s has %d operations"
                  .formatted(i, chosen.get(i), count - 1, id, count));
        }
      }
      wanted.retainAll(chosen);
    }
    wanted.removeAll(entry.undoneOperations());
    return wanted;
  }
}
