package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.bus.impl.json.JsonText;

/**
 * What makes two requests the same: action, token, revision, and the body as JSON values, so that
 * neither the order of keys counts nor how a number is written.
 */
final class Fingerprint {
  private Fingerprint() {}

  /** Takes it of a request whose body has been checked. */
  static String of(Action action, Headers headers, JsonObject body) {
    List<Object> all =
        Arrays.asList(action.name(), headers.token(), headers.revision(), comparable(body));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(JsonText.printLine(all)));
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
  }

  private static Object comparable(Object value) {
    Object plain = CanonicalJson.unwrapped(value);
    if (plain instanceof Map<?, ?> map) {
      Map<Object, Object> sorted = new TreeMap<>();
      map.forEach((key, each) -> sorted.put(key, comparable(each)));
      return sorted;
    }
    if (plain instanceof List<?> list) {
      return list.stream().map(Fingerprint::comparable).toList();
    }
    return plain instanceof Number number ? comparable(number) : plain;
  }

  private static Number comparable(Number number) {
    if (number instanceof Integer || number instanceof Long) {
      return number;
    }
    BigDecimal exact = new BigDecimal(number.toString()).stripTrailingZeros();
    return exact.scale() <= 0 ? exact.toBigInteger() : (Number) exact.doubleValue();
  }
}
