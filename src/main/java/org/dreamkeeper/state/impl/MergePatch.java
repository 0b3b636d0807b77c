package org.dreamkeeper.state.impl;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dreamkeeper.bus.impl.CanonicalJson;

/** RFC 7396, section 2, on {@link CanonicalJson} values; what it is given stays as it was. */
final class MergePatch {
  private MergePatch() {}

  /**
   * Applies a patch.
   *
   * @param target what is patched, any value
   * @param patch an object changes, and with null removes, fields; any other value replaces
   * @return the result
   */
  static Object apply(Object target, Object patch) {
    if (!(patch instanceof Map<?, ?> changes)) {
      return patch;
    }
    Map<String, Object> result = new LinkedHashMap<>();
    if (target instanceof Map<?, ?> fields) {
      fields.forEach((key, value) -> result.put((String) key, value));
    }
    changes.forEach(
        (key, change) -> {
          if (change == null) {
            result.remove(key);
          } else {
            result.put((String) key, apply(result.get(key), change));
          }
        });
    return result;
  }
}
