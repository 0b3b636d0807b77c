package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What makes two requests the same: action, token, revision, and the body as JSON values, so that
 * neither the order of keys counts nor how a number is written.
 *
 * <p>Each part is hashed with its kind and its length, so that no two sequences of parts are alike.
 */
final class Fingerprint {
  private static final int BUFFER_BYTES = 8_192;

  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
  }

  /** Takes it of a request whose body has been checked. */
  static String of(Action action, Headers headers, JsonObject body) {
    Fingerprint all = new Fingerprint();
    all.value(action.name());
    all.value(headers.token());
    all.value(headers.revision());
    all.value(body);
    all.flush();
    return HexFormat.of().formatHex(all.digest.digest());
  }

  private void value(Object value) {
    if (value instanceof CharSequence text) {
      text('s', text);
    } else if (value instanceof JsonObject object) {
      object(object.getMap());
    } else if (value instanceof Map<?, ?> map) {
      object(map);
    } else if (value instanceof JsonArray array) {
      array(array.getList());
    } else if (value instanceof List<?> list) {
      array(list);
    } else if (value instanceof Number number) {
      text('n', digits(number));
    } else {
      text('c', String.valueOf(value));
    }
  }

  private void object(Map<?, ?> map) {
    begin('o', map.size());
    Object[] keys = map.keySet().toArray();
    Arrays.sort(keys);
    for (Object key : keys) {
      text('k', (String) key);
      value(map.get(key));
    }
  }

  private void array(List<?> list) {
    begin('a', list.size());
    list.forEach(this::value);
  }

  private static String digits(Number number) {
    if (number instanceof Integer || number instanceof Long) {
      return number.toString();
    }
    boolean binary = number instanceof Double || number instanceof Float;
    BigDecimal exact =
        binary ? BigDecimal.valueOf(number.doubleValue()) : new BigDecimal(number.toString());
    return exact.stripTrailingZeros().toPlainString();
  }

  private void text(char kind, CharSequence text) {
    begin(kind, text.length());
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
  }

  private void begin(char kind, int length) {
    put(kind);
    put((char) (length >>> Character.SIZE));
    put((char) length);
  }

  private void put(char c) {
    if (!buffer.hasRemaining()) {
      flush();
    }
    buffer.putChar(c);
  }

  private void flush() {
    digest.update(buffer.flip());
    buffer.clear();
  }
}
