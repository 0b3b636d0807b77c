package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.store.StoredState;
import org.dreamkeeper.store.StoredState.Damaged;
import org.dreamkeeper.store.StoredState.Document;
import org.dreamkeeper.store.StoredState.Missing;
import org.dreamkeeper.store.StoredState.Unreadable;

/**
 * Says what is stored.
 *
 * <ol>
 *   <li>Nothing: the empty state.
 *   <li>No JSON object: corrupt, nothing is kept.
 *   <li>{@code version} is an integer above 1: newer, nothing is shown.
 *   <li>Undamaged and valid by the schema: good.
 *   <li>Anything else: corrupt. Every field that validates by itself is kept, as is every field
 *       that the schema does not know and that is not too deep; of an array, every element that
 *       validates. The rest take their defaults.
 * </ol>
 */
final class StateCodec {
  /** How many names are listed at most, so that no event grows with a broken document. */
  private static final int MAX_NAMES = 1_000;

  /** What the bus does not take back need not be shown; see the envelope's own limit. */
  private static final int MAX_DEPTH = 500;

  private final Map<String, Object> fields = new LinkedHashMap<>();
  private final List<String> kept = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();

  private StateCodec() {}

  static DecodedState decode(StoredState stored) {
    if (stored instanceof Missing) {
      return DecodedState.good(State.EMPTY);
    }
    if (stored instanceof Unreadable obstacle) {
      return DecodedState.empty(DecodedState.UNREADABLE, obstacle.reason());
    }
    if (stored instanceof Document document) {
      return decode(document.json(), null);
    }
    Damaged damaged = (Damaged) stored;
    return damaged.json() == null
        ? DecodedState.empty(DecodedState.CORRUPT, damaged.reason())
        : decode(damaged.json(), damaged.reason());
  }

  private static DecodedState decode(JsonObject json, String damage) {
    Map<String, Object> found = CanonicalJson.object(json);
    Object version = found.get(State.VERSION);
    if (newer(version)) {
      String reason = "its version is " + version + ", this build knows 1";
      return DecodedState.empty(DecodedState.NEWER, reason);
    }
    String complaint = damage == null ? complaint(json, found) : damage;
    return complaint == null
        ? DecodedState.good(new State(found))
        : new StateCodec().salvage(found, complaint);
  }

  private static boolean newer(Object version) {
    // As JavaScript sees it: 2.0 and 1e300 are integers, too.
    return version instanceof Number number
        && number.doubleValue() > 1
        && number.doubleValue() == Math.rint(number.doubleValue());
  }

  private static String complaint(JsonObject json, Map<String, Object> found) {
    return CanonicalJson.deeper(found, MAX_DEPTH)
        ? "it is nested deeper than " + MAX_DEPTH
        : Schemas.check("state", json).orElse(null);
  }

  private DecodedState salvage(Map<String, Object> found, String complaint) {
    found.forEach(this::salvage);
    State.DEFAULTS.forEach(fields::putIfAbsent);
    return new DecodedState(
        new State(fields), DecodedState.CORRUPT, complaint, first(kept), first(dropped));
  }

  private void salvage(String field, Object value) {
    boolean deep = CanonicalJson.deeper(value, MAX_DEPTH - 1);
    boolean array = State.ARRAYS.contains(field);
    if (!deep && Schemas.checkStateField(field, value).isEmpty()) {
      kept.add(field);
      fields.put(field, value);
    } else if (!deep && array && value instanceof List<?> elements) {
      kept.add(field);
      fields.put(field, salvage(field, elements));
    } else {
      dropped.add(field);
      if (array || State.DEFAULTS.containsKey(field)) {
        fields.put(field, array ? List.of() : State.DEFAULTS.get(field));
      }
    }
  }

  private List<Object> salvage(String array, List<?> elements) {
    List<Object> valid = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (Schemas.checkStateElement(array, i, elements.get(i)).isEmpty()) {
        valid.add(elements.get(i));
      } else {
        dropped.add(array + "/" + i);
      }
    }
    return valid;
  }

  private static List<String> first(List<String> names) {
    return names.stream().limit(MAX_NAMES).toList();
  }
}
