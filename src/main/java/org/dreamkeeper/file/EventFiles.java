package org.dreamkeeper.file;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.bus.impl.text.RepeatedFailureLog;
import org.dreamkeeper.store.JournalStore;
import org.slf4j.Logger;

/**
 * The latest events of a directory, in two files: one grows until it is full, then the other one,
 * which is older, begins anew. All methods block.
 *
 * <ol>
 *   <li>Each host begins a segment behind that of the one before, as does each file.
 *   <li>A host that stops ends its segment. Where that is missing, or something could not be
 *       written, the next one says that there may be a gap.
 *   <li>A place is an epoch and a count of bytes. Nothing is synced: what is lost with the power
 *       leaves places that are in no segment of their epoch, which is a gap, too.
 * </ol>
 */
final class EventFiles {
  static final List<String> NAMES = List.of(".dreamkeeper.events-0", ".dreamkeeper.events-1");

  /** When a file is full, bytes. */
  static final long FULL = 4 << 20;

  /** The most that is written at once, bytes. */
  static final int LARGEST = 1 << 20;

  /** A place between two events. */
  record Place(long epoch, long at) {
    private static final Pattern CURSOR = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

    private static Place of(String cursor) {
      Matcher parts = CURSOR.matcher(cursor);
      if (!parts.matches()) {
        throw new DreamkeeperException(
            FailureCode.INVALID_REQUEST, OneLine.of(cursor) + " is the cursor of no page");
      }
      return new Place(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
    }

    String cursor() {
      return epoch + "-" + at;
    }
  }

  private static final Logger LOG = Log.of(EventFiles.class);

  private final Disk disk;
  private final Path directory;
  private final DirectoryClaim claim;
  private final long full;
  private final RepeatedFailureLog unkept =
      new RepeatedFailureLog(LOG, "events are not kept, and whoever reads them is told of a gap");

  /** In order; empty until the files are looked at. The last one is this host's. */
  private final List<EventSegment> segments = new ArrayList<>();

  /** How much behind the last segment of earlier hosts is torn, bytes. */
  private long torn;

  /** How often something was told that could not be written: each makes a place of its own. */
  private int losses;

  EventFiles(Disk disk, Path directory, DirectoryClaim claim, long full) {
    this.disk = disk;
    this.directory = directory;
    this.claim = claim;
    this.full = full;
  }

  private Path path(int file) {
    return directory.resolve(NAMES.get(file));
  }

  private EventSegment last() {
    return segments.get(segments.size() - 1);
  }

  private void replaceLast(EventSegment by) {
    segments.set(segments.size() - 1, by);
  }

  /** Says that this host goes on, if an earlier one has left anything; what fails is done later. */
  void begin() {
    try {
      open();
    } catch (IOException no) {
      unkept.failed(DiskFailure.reason(no));
    }
  }

  private synchronized void open() throws IOException {
    if (!segments.isEmpty()) {
      return;
    }
    List<EventSegment> found = new ArrayList<>();
    for (int file = 0; file < NAMES.size(); file++) {
      if (size(file) > 0) {
        byte[] content = disk.read(path(file), 2 * full + LARGEST);
        found.addAll(EventSegment.parse(file, content));
      }
    }
    found.sort(Comparator.comparingLong(EventSegment::at));
    if (found.isEmpty()) {
      segments.add(EventSegment.unwritten(claim.epoch(), losses, losses > 0));
      return;
    }
    EventSegment before = found.get(found.size() - 1);
    torn = size(before.file()) - before.end();
    segments.addAll(found);
    boolean gap = !before.closed() || torn > 0;
    segments.add(EventSegment.unwritten(claim.epoch(), before.next() + losses, gap));
    try {
      writeHead();
    } catch (IOException no) {
      LOG.debug("{} stays as it is for now: {}", NAMES, DiskFailure.reason(no));
    }
  }

  private long size(int file) throws IOException {
    Optional<FileStat> stat = disk.stat(path(file));
    if (stat.isPresent() && !stat.get().regular()) {
      throw new FileSystemException(NAMES.get(file), null, "is not a regular file");
    }
    return stat.map(FileStat::size).orElse(0L);
  }

  /** Writes the first line of the last segment. */
  private void writeHead() throws IOException {
    EventSegment next = last();
    EventSegment before = segments.size() > 1 ? segments.get(segments.size() - 2) : null;
    boolean anew = before == null || before.end() >= full || torn > LARGEST;
    int file = before == null ? 0 : anew ? 1 - before.file() : before.file();
    long offset = anew ? 0 : before.end();
    if (anew) {
      disk.delete(path(file));
      segments.removeIf(each -> each.file() == file);
    }
    byte[] head = next.head(anew ? 0 : (int) torn);
    write(file, offset, anew, head);
    replaceLast(next.begun(file, offset, head.length));
    torn = 0;
  }

  private void write(int file, long offset, boolean create, byte[] lines) throws IOException {
    try (OpenFile open = disk.open(path(file), create)) {
      open.writeAll(lines, offset);
    }
  }

  /** Keeps what a commit tells, as far as the disk lets it: the commit stands in any case. */
  void keep(List<JsonObject> events) {
    try {
      append(events);
    } catch (IOException told) {
      // Whoever reads is told of a gap.
    }
  }

  /** Writes what is told next; what cannot be written is missing for whoever reads. */
  synchronized void append(List<JsonObject> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    events.forEach(event -> lines.writeBytes(Journal.line(event)));
    try {
      open();
      if (last().written() && last().end() >= full) {
        segments.add(EventSegment.unwritten(claim.epoch(), last().next(), false));
      }
      if (!last().written()) {
        writeHead();
      }
      if (lines.size() > LARGEST) {
        throw new FileSystemException(NAMES.get(last().file()), null, "takes no more at once");
      }
      write(last().file(), last().end(), false, lines.toByteArray());
      replaceLast(last().grown(lines.size(), false));
      unkept.over();
    } catch (IOException no) {
      // How much of it is there is not known: the next one looks.
      segments.clear();
      losses++;
      unkept.failed(DiskFailure.reason(no));
      throw no;
    }
  }

  /** Says that this host stops, and that all that it told is written. */
  synchronized void close() {
    try {
      if (!segments.isEmpty() && last().written() && claim.obstacle() == null) {
        write(last().file(), last().end(), false, EventSegment.END);
      }
    } catch (IOException no) {
      LOG.debug("{} is not ended: {}", NAMES.get(last().file()), DiskFailure.reason(no));
    }
    segments.clear();
  }

  /** Reads from behind a cursor on; from the oldest event that is there, where that is null. */
  synchronized JournalStore.Page read(String after, int limit) throws IOException {
    Place place = after == null ? null : Place.of(after);
    open();
    return new EventReader(disk, directory, segments).read(place, limit);
  }
}
