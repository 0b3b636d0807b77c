package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.store.StoreCheck.Finding;
import org.dreamkeeper.store.StoreCheck.Kind;
import org.dreamkeeper.store.StoredState.Document;
import org.dreamkeeper.store.StoredState.Missing;

/**
 * A damaged state that was set aside.
 *
 * @param place where a person finds it
 * @param json what it says; null if it is no JSON object
 */
public record StateCopy(String place, JsonObject json) {

  /** Tells of it, and which of its fields a state lacks. */
  public Finding toFinding(StoredState seen) {
    JsonObject present = seen instanceof Document is ? is.json() : new JsonObject();
    List<String> lacking = new ArrayList<>();
    if (json != null && dreams(present) <= dreams(json)) {
      for (String field : json.fieldNames()) {
        Object value = json.getValue(field);
        boolean valid = Schemas.checkStateField(field, value).isEmpty();
        if (valid && !isNothing(value) && isNothing(present.getValue(field))) {
          lacking.add(field);
        }
      }
    }
    String detail =
        json == null
            ? "it is no JSON object: nothing of it can be put back"
            : lacking.isEmpty() ? "the state lacks nothing of it" : "the state lacks " + lacking;
    return new Finding(Kind.STATE_SET_ASIDE, place, detail, lacking);
  }

  /** Counts those of which the state lacks something. */
  public static Future<Integer> lacked(StateStore state, List<StateCopy> copies) {
    return copies.isEmpty()
        ? Future.succeededFuture(0)
        : state
            .transact(seen -> new StateChange<>(seen, null, null, Carried.NONE))
            .map(
                seen -> {
                  Predicate<StateCopy> lacked = each -> !each.toFinding(seen).fields().isEmpty();
                  return (int) copies.stream().filter(lacked).count();
                });
  }

  /** Where more have completed since, they have worked on what it says. */
  private static double dreams(JsonObject state) {
    return state.getValue("totalDreams") instanceof Number total ? total.doubleValue() : 0;
  }

  /** What a new state has in a field. */
  private static boolean isNothing(Object value) {
    return value == null
        || (value instanceof Number number && number.doubleValue() == 0)
        || (value instanceof JsonArray array && array.isEmpty());
  }

  /** Puts fields of this one into the state; fails with INVALID_REQUEST where that cannot be. */
  public Future<Void> putInto(StateStore state, List<String> fields) {
    return state.transact(
        seen -> new StateChange<>(null, into(seen, state.name(), fields), null, Carried.NONE));
  }

  private Document into(StoredState seen, String name, List<String> fields) {
    if (!(seen instanceof Document || seen instanceof Missing)) {
      throw refusal(name + " is not sound itself: nothing can be put into it");
    }
    JsonObject next = new JsonObject(new LinkedHashMap<>());
    if (seen instanceof Document present) {
      next.mergeIn(present.json());
    }
    for (String field : fields) {
      if (json == null || !json.containsKey(field)) {
        throw refusal(OneLine.of(place) + " has no field " + OneLine.of(field));
      }
      next.put(field, json.getValue(field));
    }
    Optional<String> flaw = Schemas.check("state", next);
    if (flaw.isPresent()) {
      throw refusal(name + " would not be valid: " + flaw.get());
    }
    return new Document(next);
  }

  private static DreamkeeperException refusal(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }
}
