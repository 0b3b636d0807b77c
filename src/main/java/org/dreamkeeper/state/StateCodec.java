package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.bus.impl.CanonicalJson;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.Schemas;

/**
 * Says what the content of a state file is worth.
 *
 * <ol>
 *   <li>No JSON object: corrupt, nothing is kept.
 *   <li>{@code version} is an integer above 1: newer, nothing is shown.
 *   <li>Valid UTF-8 and valid by the schema: good.
 *   <li>Anything else: corrupt. Every field that validates by itself is kept, as is every field
 *       that the schema does not know and that is not too deep; of an array, every element that
 *       validates. The rest take their defaults.
 * </ol>
 */
final class StateCodec {
  /** How many names a judgement lists at most, so that no event grows with a broken file. */
  private static final int MAX_NAMES = 1_000;

  /** What the bus does not take back need not be shown; see the envelope's own limit. */
  private static final int MAX_DEPTH = 500;

  private final Map<String, Object> found;
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private final List<String> kept = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();

  private StateCodec(Map<String, Object> found) {
    this.found = found;
  }

  static DecodedState judge(byte[] content) {
    Optional<JsonObject> parsed = JsonText.parseObject(content);
    if (parsed.isEmpty()) {
      return DecodedState.empty(DecodedState.CORRUPT, "it is no JSON object");
    }
    Map<String, Object> found = CanonicalJson.object(parsed.get());
    if (newer(found.get(State.VERSION))) {
      return DecodedState.empty(
          DecodedState.NEWER,
          "its version is " + found.get(State.VERSION) + ", this build knows 1");
    }
    Optional<String> complaint = complaint(content, parsed.get(), found);
    return complaint.isEmpty()
        ? DecodedState.good(new State(found))
        : new StateCodec(found).salvage(complaint.get());
  }

  private static boolean newer(Object version) {
    // As JavaScript sees it: 2.0 and 1e300 are integers, too.
    return version instanceof Number number
        && number.doubleValue() > 1
        && number.doubleValue() == Math.rint(number.doubleValue());
  }

  private static Optional<String> complaint(
      byte[] content, JsonObject parsed, Map<String, Object> found) {
    if (!validUtf8(content)) {
      return Optional.of("it is not valid UTF-8");
    }
    return CanonicalJson.deeper(found, MAX_DEPTH)
        ? Optional.of("it is nested deeper than " + MAX_DEPTH)
        : Schemas.check("state", parsed);
  }

  private static boolean validUtf8(byte[] content) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }

  private DecodedState salvage(String complaint) {
    found.forEach(this::salvage);
    State.DEFAULTS.forEach(fields::putIfAbsent);
    return new DecodedState(new State(fields), DecodedState.CORRUPT, complaint, kept, dropped);
  }

  private void salvage(String field, Object value) {
    if (CanonicalJson.deeper(value, MAX_DEPTH - 1)) {
      note(dropped, field);
    } else if (Schemas.checkStateField(field, value).isEmpty()) {
      note(kept, field);
      fields.put(field, value);
    } else if (!State.ARRAYS.contains(field)) {
      note(dropped, field);
      fields.put(field, State.DEFAULTS.get(field));
    } else if (value instanceof List<?> elements) {
      note(kept, field);
      fields.put(field, salvage(field, elements));
    } else {
      note(dropped, field);
      fields.put(field, List.of());
    }
  }

  private List<Object> salvage(String array, List<?> elements) {
    List<Object> valid = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (Schemas.checkStateElement(array, i, elements.get(i)).isEmpty()) {
        valid.add(elements.get(i));
      } else {
        note(dropped, array + "/" + i);
      }
    }
    return valid;
  }

  private static void note(List<String> names, String name) {
    if (names.size() < MAX_NAMES) {
      names.add(name);
    }
  }
}
