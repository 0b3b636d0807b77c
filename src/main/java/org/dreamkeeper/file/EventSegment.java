package org.dreamkeeper.file;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A row of events without a break, in one file: a line that says which, then each event in a line
 * of its own.
 *
 * @param epoch of the host that wrote it
 * @param at the place of its first byte, counted over all files that ever were
 * @param gap whether something may be missing before it
 * @param file which of the files it is in; -1 while nothing of it is written
 * @param offset where in that
 * @param length in bytes, as far as its lines are whole
 * @param closed whether its host ended it by itself
 */
record EventSegment(
    long epoch, long at, boolean gap, int file, long offset, long length, boolean closed) {
  private static final String EPOCH = "epoch";
  private static final String CLOSED = "closed";

  /** The last line of a host that stops. */
  static final byte[] END = Journal.line(new JsonObject().put(CLOSED, true));

  /** One of which nothing is written yet. */
  static EventSegment unwritten(long epoch, long at, boolean gap) {
    return new EventSegment(epoch, at, gap, -1, 0, 0, false);
  }

  /**
   * Finds those of a file; none if it does not begin with one. What follows a torn line is lost.
   */
  static List<EventSegment> parse(int file, byte[] content) {
    List<EventSegment> found = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\n') {
        byte[] line = Arrays.copyOfRange(content, from, i);
        if (!Journal.whole(line) || !add(found, file, from, line)) {
          break;
        }
        from = i + 1;
      }
    }
    return found;
  }

  private static boolean add(List<EventSegment> found, int file, int offset, byte[] line) {
    Optional<JsonObject> head = isEvent(line) ? Optional.empty() : Journal.read(line);
    int length = line.length + 1;
    if (head.isPresent()
        && head.get().getValue(EPOCH) instanceof Number epoch
        && head.get().getValue("at") instanceof Number at
        && head.get().getValue("gap") instanceof Boolean gap) {
      found.add(
          new EventSegment(epoch.longValue(), at.longValue(), gap, file, offset, length, false));
      return true;
    }
    if (found.isEmpty()) {
      return false;
    }
    EventSegment last = found.remove(found.size() - 1);
    found.add(last.grown(length, head.filter(is -> is.containsKey(CLOSED)).isPresent()));
    return true;
  }

  /** Tells an event by its beginning, which is its type: to parse each would take long. */
  private static boolean isEvent(byte[] line) {
    return line[Journal.SUM_DIGITS + 2] == 't';
  }

  /** Gives the events of some lines. */
  static Optional<JsonObject> event(byte[] line) {
    return Journal.read(line).filter(is -> is.containsKey("type"));
  }

  /** The first line, at least so long. */
  byte[] head(int atLeast) {
    JsonObject head = new JsonObject().put(EPOCH, epoch).put("at", at).put("gap", gap);
    byte[] line = Journal.line(head);
    return line.length >= atLeast
        ? line
        : Journal.line(head.put("torn", " ".repeat(atLeast - line.length)));
  }

  boolean written() {
    return file >= 0;
  }

  /** The same, begun in a file. */
  EventSegment begun(int in, long where, int bytes) {
    return new EventSegment(epoch, at, gap, in, where, bytes, false);
  }

  EventSegment grown(int bytes, boolean ended) {
    return new EventSegment(epoch, at, gap, file, offset, length + bytes, ended);
  }

  /** The place behind it. */
  long until() {
    return at + length;
  }

  /** The first place that is not at its end. */
  long next() {
    return until() + 1;
  }

  /** Where in its file it ends. */
  long end() {
    return offset + length;
  }

  boolean has(long epochThere, long place) {
    return epoch == epochThere && at <= place && place <= until();
  }
}
