package org.dreamkeeper.file;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dreamkeeper.file.EventFiles.Place;
import org.dreamkeeper.store.JournalStore.Page;

/**
 * Reads events as they stand in the segments of a directory, each once, and says where there may be
 * a gap. Blocks.
 *
 * @param segments in order, one at least
 */
record EventReader(Disk disk, Path directory, List<EventSegment> segments) {

  /** Reads from behind a place on; from the oldest event that is there, where that is null. */
  Page read(Place after, int limit) throws IOException {
    int i = after == null ? 0 : find(after);
    boolean gap = i < 0;
    i = gap ? behind(after) : i;
    EventSegment segment = segments.get(i);
    long at = gap || after == null ? segment.at() : after.at();
    List<JsonObject> events = new ArrayList<>();
    while (true) {
      long read = read(segment, at, limit, events);
      gap |= read < 0;
      at = read < 0 ? segment.until() : read;
      boolean over = at == segment.until() && i + 1 < segments.size() && events.size() < limit;
      EventSegment next = over ? segments.get(i + 1) : null;
      boolean breaks = over && (next.gap() || next.at() != segment.next() || read < 0);
      if (!over || (breaks && !events.isEmpty())) {
        return new Page(events, new Place(segment.epoch(), at).cursor(), gap);
      }
      gap |= breaks;
      i++;
      segment = next;
      at = next.at();
    }
  }

  /** Finds the segment that goes on at a place; -1 if there is none any more. */
  private int find(Place place) {
    int i = segments.size() - 1;
    while (i >= 0 && !segments.get(i).has(place.epoch(), place.at())) {
      i--;
    }
    return i;
  }

  /** Finds the first segment of which nobody can know who was at a place; the last one at least. */
  private int behind(Place place) {
    int i = 0;
    while (i + 1 < segments.size()
        && (segments.get(i).epoch() < place.epoch()
            || (segments.get(i).epoch() == place.epoch() && segments.get(i).at() < place.at()))) {
      i++;
    }
    return i;
  }

  /** Adds the events of a segment; gives where they end, -1 if it is not there as it was. */
  private long read(EventSegment segment, long at, int limit, List<JsonObject> events)
      throws IOException {
    if (at == segment.until()) {
      return at;
    }
    byte[] chunk = new byte[(int) Math.min(segment.until() - at, 2 * EventFiles.LARGEST)];
    ByteBuffer into = ByteBuffer.wrap(chunk);
    try (OpenFile open =
        disk.open(directory.resolve(EventFiles.NAMES.get(segment.file())), false)) {
      long offset = segment.offset() + at - segment.at();
      int count = 0;
      while (into.hasRemaining() && count >= 0) {
        count = open.read(into, offset + into.position());
      }
    }
    int from = 0;
    for (int i = 0; i < into.position() && events.size() < limit; i++) {
      if (chunk[i] == '\n') {
        byte[] line = Arrays.copyOfRange(chunk, from, i);
        if (!Journal.whole(line)) {
          return -1;
        }
        EventSegment.event(line).ifPresent(events::add);
        from = i + 1;
      }
    }
    return from == 0 ? -1 : at + from;
  }
}
