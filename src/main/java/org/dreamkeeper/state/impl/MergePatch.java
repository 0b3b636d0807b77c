package org.dreamkeeper.state.impl;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dreamkeeper.bus.impl.json.CanonicalJson;

/** RFC 7396, section 2, on {@link CanonicalJson} values; what it is given stays as it was. */
final class MergePatch {
  private MergePatch() {}

  /**
   * Applies a patch: an object changes, and with null removes, fields; any other value replaces.
   */
  @SuppressWarnings("unchecked")
  static Object apply(Object target, Object patch) {
    return patch instanceof Map
        ? changed(
            target instanceof Map ? (Map<String, Object>) target : Map.of(),
            (Map<String, Object>) patch)
        : patch;
  }

  static Map<String, Object> changed(Map<String, Object> target, Map<String, Object> patch) {
    Map<String, Object> result = new LinkedHashMap<>(target);
    // What becomes null goes.
    patch.forEach((key, change) -> result.compute(key, (same, value) -> apply(value, change)));
    return result;
  }
}
