package org.dreamkeeper.file;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.StoredEntry;

/**
 * What a journal says: the operations that follow those that stand in the entry itself.
 *
 * <p>One line each, the checksum of its JSON before it; the first line says how many operations the
 * entry had. What follows a line that is torn was never acknowledged, and does not count. An entry
 * that has since been written with more operations has those of the journal already.
 *
 * @param base how many operations the entry had when the journal began
 * @param operations what was appended, in order
 * @param bytes how long the journal is
 * @param held how many bytes of memory it needs
 */
record Journal(int base, List<JsonObject> operations, long bytes, long held) {
  private static final String BASE = "operations";
  static final int SUM_DIGITS = 8;

  /** Reads a journal; empty if not even its first line is whole. */
  static Optional<Journal> parse(byte[] content) {
    List<JsonObject> lines = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < content.length; at++) {
      if (content[at] == '\n') {
        Optional<JsonObject> line = read(Arrays.copyOfRange(content, from, at));
        if (line.isEmpty()) {
          break;
        }
        lines.add(line.get());
        from = at + 1;
      }
    }
    if (lines.isEmpty() || !(lines.get(0).getValue(BASE) instanceof Integer base)) {
      return Optional.empty();
    }
    List<JsonObject> operations = lines.subList(1, lines.size());
    return Optional.of(new Journal(base, operations, content.length, JsonText.held(content)));
  }

  /** Reads a line, without its end; empty if it is torn. */
  static Optional<JsonObject> read(byte[] line) {
    return whole(line) ? JsonText.parseObject(json(line)) : Optional.empty();
  }

  /** Tells whether a line is as it was printed. */
  static boolean whole(byte[] line) {
    return line.length > SUM_DIGITS
        && new String(line, 0, SUM_DIGITS, StandardCharsets.US_ASCII).equals(sum(json(line)));
  }

  private static byte[] json(byte[] line) {
    return Arrays.copyOfRange(line, SUM_DIGITS, line.length);
  }

  private static String sum(byte[] json) {
    CRC32 crc = new CRC32();
    crc.update(json);
    return "%08x".formatted(crc.getValue());
  }

  /** Prints the first line. */
  static byte[] head(int base) {
    return line(new JsonObject().put(BASE, base));
  }

  /** Prints a line. */
  static byte[] line(JsonObject value) {
    byte[] json = JsonText.printLine(value);
    byte[] line = new byte[SUM_DIGITS + json.length + 1];
    System.arraycopy(sum(json).getBytes(StandardCharsets.US_ASCII), 0, line, 0, SUM_DIGITS);
    System.arraycopy(json, 0, line, SUM_DIGITS, json.length);
    line[line.length - 1] = '\n';
    return line;
  }

  /** Adds to an entry what it does not have yet. */
  StoredEntry addedTo(StoredEntry entry) {
    int had = entry.json().getValue(BASE) instanceof JsonArray array ? array.size() : 0;
    int from = Math.min(operations.size(), Math.max(0, had - base));
    JsonObject json = StoredEntry.grown(entry.json(), operations.subList(from, operations.size()));
    return new StoredEntry(entry.version().grown(bytes, held), json, null, false);
  }
}
