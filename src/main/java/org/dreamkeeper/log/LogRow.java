package org.dreamkeeper.log;

import java.io.IOException;
import java.util.Comparator;
import java.util.function.Function;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.FileStat;

/**
 * What the index keeps of one version of an entry's file.
 *
 * @param id from the file's name
 * @param startedAt ms since 1970, possibly a fraction; 0 in an unreadable one
 * @param status null in an unreadable one
 * @param trigger null in an unreadable one
 * @param lockToken or null
 * @param stat of that version; null only in a mere position
 * @param proven whether an equal stat means an unchanged file
 * @param checked whether the whole entry is known to be valid, not just the fields above
 * @param flaw why it cannot be read as an entry, or null
 * @param unread whether the flaw is that the disk did not let it be read
 */
record LogRow(
    String id,
    double startedAt,
    DreamStatus status,
    DreamTrigger trigger,
    Long lockToken,
    FileStat stat,
    boolean proven,
    boolean checked,
    String flaw,
    boolean unread) {
  /** List order: newest first by {@code startedAt}, then by id. */
  static final Comparator<LogRow> ORDER =
      (a, b) -> {
        int byStart = Double.compare(b.startedAt, a.startedAt);
        return byStart != 0 ? byStart : LogId.compare(b.id, a.id);
      };

  private static final double MAX_INTEGER = 0x1p53 - 1;

  /** Makes a place in the order, which no file needs to have. */
  static LogRow position(double startedAt, String id) {
    // Minus zero is zero.
    return new LogRow(id, startedAt + 0.0, null, null, null, null, false, false, null, false);
  }

  static LogRow unreadable(String id, FileStat stat, boolean proven, String flaw) {
    return new LogRow(id, 0, null, null, null, stat, proven, false, flaw, false);
  }

  /** Makes the row of a file that the disk does not let be read; the next time, it may. */
  static LogRow unread(String id, FileStat stat, IOException failure) {
    String flaw = DiskFailure.reason(failure);
    return new LogRow(id, 0, null, null, null, stat, false, false, flaw, true);
  }

  /** Makes the row of an entry from those of its fields that the index needs. */
  static LogRow of(
      String id, Function<String, Object> field, FileStat stat, boolean proven, boolean checked) {
    DreamStatus status = DreamStatus.of(field.apply("status"));
    DreamTrigger trigger = DreamTrigger.of(field.apply("trigger"));
    String flaw = null;
    if (!id.equals(field.apply("id"))) {
      flaw = "/id is not that of the file's name";
    } else if (!(field.apply("startedAt") instanceof Number time)
        || !Double.isFinite(time.doubleValue())) {
      flaw = "/startedAt is not a number";
    } else if (status == null) {
      flaw = "/status is not a known one";
    } else if (trigger == null) {
      flaw = "/trigger is not a known one";
    } else {
      Long token = token(field.apply("lockToken"));
      double startedAt = time.doubleValue() + 0.0;
      return new LogRow(id, startedAt, status, trigger, token, stat, proven, checked, null, false);
    }
    return unreadable(id, stat, proven, flaw);
  }

  /** Gives the lock token that a value is; null if it is none. */
  static Long token(Object value) {
    if (value instanceof Number number) {
      double token = number.doubleValue();
      return token >= 1 && token <= MAX_INTEGER && token == Math.rint(token) ? (long) token : null;
    }
    return null;
  }

  boolean readable() {
    return flaw == null;
  }

  /** Tells whether this row still describes a file that looks like that now. */
  boolean describes(FileStat now) {
    return proven && stat.equals(now);
  }

  /** Tells whether another row of this id is at another place among the rows. */
  boolean elsewhere(LogRow other) {
    return readable()
        && other.readable()
        && (startedAt != other.startedAt || status != other.status || trigger != other.trigger);
  }
}
