package org.dreamkeeper.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;

/**
 * Finds the few fields that the index needs in an entry's text, without building the rest: several
 * times faster than to parse and to validate it, which is done when the entry is returned.
 */
final class EntryScan {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> WANTED =
      Set.of("id", "startedAt", "status", "trigger", "lockToken");

  private EntryScan() {}

  /** Makes the row of a file's content; an unreadable one if it cannot be an entry. */
  static LogRow scan(String id, NamedFiles.Content content) {
    byte[] text = content.bytes();
    FileStat stat = content.stat();
    boolean proven = content.proves();
    try {
      Map<String, Object> fields = fields(text);
      if (fields != null) {
        return LogRow.of(id, fields::get, stat, proven, false);
      }
    } catch (IOException refused) {
      // Malformed UTF-8, for one, is refused here and not there: JsonText decides.
    }
    Optional<JsonObject> parsed = JsonText.parseObject(text);
    return parsed.isPresent()
        ? LogRow.of(id, parsed.get()::getValue, stat, proven, false)
        : LogRow.unreadable(id, stat, proven, "it is not a JSON object");
  }

  /** Gives null where there is no object, or something behind it. */
  private static Map<String, Object> fields(byte[] text) throws IOException {
    try (JsonParser in = JSON.createParser(text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      Map<String, Object> fields = new HashMap<>();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        JsonToken value = in.nextToken();
        if (!WANTED.contains(name)) {
          in.skipChildren();
        } else if (value == JsonToken.VALUE_STRING) {
          fields.put(name, in.getText());
        } else if (value.isNumeric()) {
          fields.put(name, in.getNumberValue());
        } else {
          in.skipChildren();
          fields.put(name, null);
        }
      }
      return in.nextToken() == null ? fields : null;
    }
  }
}
