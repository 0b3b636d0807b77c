package org.dreamkeeper.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What the claim file says.
 *
 * <p>The file has two slots of a fixed size, written in turn, each one line of JSON with a
 * checksum: a write that a power cut tears costs the newer one only. The valid slot with the higher
 * serial counts.
 *
 * @param serial grows with each write
 * @param home the key of the directory that it is about: a copy of the file is about nothing
 * @param owner the process that serves, or served
 * @param instance the deployment's id
 * @param epoch the number that the owner took
 * @param lastId the ceiling of the log ids handed out, in ms; 0 if none
 * @param released whether the owner ended in good order
 */
record ClaimRecord(
    long serial,
    String home,
    Processes.Identity owner,
    String instance,
    long epoch,
    long lastId,
    boolean released) {
  static final int SLOT_BYTES = 1024;
  private static final JsonMapper JSON = new JsonMapper();

  /** The slot that this record goes into. */
  long offset() {
    return serial % 2 * SLOT_BYTES;
  }

  /** Tells whether its owner serves a directory, unless he is dead. */
  boolean stands(String homeKey) {
    return !released && (home.isEmpty() || home.equals(homeKey));
  }

  ByteBuffer encode() {
    ObjectNode json = JSON.createObjectNode();
    json.put("serial", serial)
        .put("home", home)
        .put("pid", owner.pid())
        .put("start", owner.start())
        .put("host", owner.host())
        .put("pidNamespace", owner.namespace())
        .put("user", owner.user())
        .put("instance", instance)
        .put("epoch", epoch)
        .put("lastId", lastId)
        .put("released", released);
    String line = json + " " + checksum(json.toString());
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
    slot.put(text);
    while (slot.remaining() > 1) {
      slot.put((byte) ' ');
    }
    return slot.put((byte) '\n').flip();
  }

  /** Reads the file's content, as far as it is one; empty if no slot is valid. */
  static Optional<ClaimRecord> decode(ByteBuffer content) {
    Optional<ClaimRecord> best = Optional.empty();
    for (int at = 0; at < content.limit(); at += SLOT_BYTES) {
      byte[] slot = new byte[Math.min(SLOT_BYTES, content.limit() - at)];
      content.get(at, slot);
      Optional<ClaimRecord> found = decode(new String(slot, StandardCharsets.UTF_8).trim());
      if (found.isPresent() && (best.isEmpty() || found.get().serial > best.get().serial)) {
        best = found;
      }
    }
    return best;
  }

  private static Optional<ClaimRecord> decode(String line) {
    int end = line.lastIndexOf(' ');
    if (end < 0 || !checksum(line.substring(0, end)).equals(line.substring(end + 1))) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(line.substring(0, end));
      return Optional.of(
          new ClaimRecord(
              json.path("serial").asLong(),
              json.path("home").asText(),
              new Processes.Identity(
                  json.path("pid").asLong(),
                  json.path("start").asText(),
                  json.path("pidNamespace").asText(),
                  json.path("user").asText(),
                  json.path("host").asText()),
              json.path("instance").asText(),
              json.path("epoch").asLong(),
              json.path("lastId").asLong(),
              json.path("released").asBoolean()));
    } catch (JsonProcessingException torn) {
      return Optional.empty();
    }
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
