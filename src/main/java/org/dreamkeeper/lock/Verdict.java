package org.dreamkeeper.lock;

import java.time.Instant;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.MarkerFile.Sight;

/** What {@code dream.lock} was found to say. */
sealed interface Verdict {

  /** What was seen. */
  Sight sight();

  /** Tells whether the file says and is stamped now what it was when this was found. */
  default boolean stillSo(Verdict now) {
    return now.sight().equals(sight());
  }

  /** Nobody holds it; its mtime is the time of the last completed dream. */
  record Free(Sight sight) implements Verdict {
    /** When the last dream completed; null if that is not known. */
    Instant completedAt() {
      return LockRecord.plausible(sight.modified());
    }
  }

  /**
   * It carries a record of this service: of this deployment, or of one that the claim proves dead.
   */
  record Own(Sight sight, LockRecord lock) implements Verdict {}

  /**
   * It carries a PID alone.
   *
   * @param pid whose
   * @param since its last sign of life; earlier than the mtime where that is in the future
   * @param pushedOut why it holds the lock no longer ({@code dead} or {@code stale}); null while it
   *     does
   */
  record Foreign(Sight sight, long pid, Instant since, String pushedOut) implements Verdict {
    boolean holds() {
      return pushedOut == null;
    }

    /** What the free lock's mtime is after it: its own, unless that is in the future. */
    Instant prior() {
      return sight.modified().isAfter(since) ? null : since;
    }
  }

  /** The claim on the directory is lost: nothing in it is ours to judge. */
  record Unclaimed(Sight sight, String reason) implements Verdict {
    DreamkeeperException refusal() {
      return new DreamkeeperException(FailureCode.NOT_SERVING, reason);
    }
  }
}
