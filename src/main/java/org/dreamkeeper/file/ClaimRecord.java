package org.dreamkeeper.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What the claim file says: one line of JSON and its checksum.
 *
 * @param serial grows with each write
 * @param home the key of the directory that it is about: a copy of the file is about nothing
 * @param owner the process that serves, or served
 * @param instance the deployment's id
 * @param epoch the number that the owner took
 * @param lastId the ceiling of the log ids handed out, in ms; 0 if none
 * @param contact how the owner is asked
 * @param released whether the owner ended in good order
 */
public record ClaimRecord(
    long serial,
    String home,
    Processes.Identity owner,
    String instance,
    long epoch,
    long lastId,
    Contact contact,
    boolean released) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Nobody has written so often. */
  private static final long MAX_SERIAL = 1L << 53;

  /** Of a directory that nobody claimed before. */
  public static final ClaimRecord NONE =
      new ClaimRecord(
          -1, "", new Processes.Identity(0, "", "", "", ""), "", 0, 0, Contact.NONE, true);

  /** Gives the first one of a new claim, with the next epoch. */
  ClaimRecord claimed(FileStat directory, Processes.Identity by, String forInstance, Contact how)
      throws IOException {
    long touchedMs = FileStat.millis(directory.modified());
    long next = Epochs.next(epoch, System.currentTimeMillis(), touchedMs);
    return new ClaimRecord(serial + 1, directory.key(), by, forInstance, next, lastId, how, false);
  }

  /** Gives the next one of the same claim. */
  ClaimRecord next(long nextEpoch, long nextLastId, boolean nextReleased) {
    return new ClaimRecord(
        serial + 1, home, owner, instance, nextEpoch, nextLastId, contact, nextReleased);
  }

  /** Tells whether its owner serves a directory, unless he is dead; it may be of another one. */
  public boolean stands(Path directory) throws IOException {
    return serial >= 0 && stands(NioDisk.INSTANCE.stat(directory).map(FileStat::key).orElse(""));
  }

  /** Tells whether its owner serves a directory, unless he is dead. */
  boolean stands(String homeKey) {
    return !released && (home.isEmpty() || home.equals(homeKey));
  }

  String print() {
    String json =
        JSON.createObjectNode()
            .put("serial", serial)
            .put("home", home)
            .put("pid", owner.pid())
            .put("start", owner.start())
            .put("host", owner.host())
            .put("pidNamespace", owner.namespace())
            .put("user", owner.user())
            .put("instance", instance)
            .put("epoch", epoch)
            .put("lastId", lastId)
            .put("address", contact.address())
            .put("socket", contact.socket())
            .put("released", released)
            .toString();
    return json + " " + checksum(json);
  }

  /** Reads a line; empty unless it is whole. */
  static Optional<ClaimRecord> parse(String line) {
    int end = line.lastIndexOf(' ');
    if (end < 0 || !checksum(line.substring(0, end)).equals(line.substring(end + 1))) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(line.substring(0, end));
      long serial = json.path("serial").asLong();
      if (serial < 0 || serial > MAX_SERIAL) {
        return Optional.empty();
      }
      return Optional.of(
          new ClaimRecord(
              serial,
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
              new Contact(json.path("address").asText(), json.path("socket").asText()),
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
