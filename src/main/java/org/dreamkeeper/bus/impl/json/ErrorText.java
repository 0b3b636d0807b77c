package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.text.OneLine;

/** Shows a caller's value in an error message: short, on one line. */
public final class ErrorText {
  private static final int MAX_SHOWN = 60;

  private ErrorText() {}

  /** Shows any value. */
  public static String show(Object value) {
    if (value instanceof CharSequence) {
      String text = value.toString();
      boolean cut = text.length() > MAX_SHOWN;
      StringBuilder shown = new StringBuilder();
      JsonText.quote(cut ? text.substring(0, MAX_SHOWN) : text, shown);
      String line = OneLine.of(shown.toString());
      return cut ? line + "…" : line;
    }
    if (value instanceof JsonObject || value instanceof Map) {
      return "an object";
    }
    if (value instanceof JsonArray || value instanceof List) {
      return "an array";
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      String text = String.valueOf(value);
      return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }
    return "a " + value.getClass().getSimpleName();
  }

  /** Does the same as {@link #show} for a text, without the quotes. */
  public static String bare(String text) {
    return show(text).replaceAll("^\"|\"(?=…?$)", "");
  }
}
