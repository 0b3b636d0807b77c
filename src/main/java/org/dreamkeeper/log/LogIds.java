package org.dreamkeeper.log;

import java.io.IOException;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.DirectoryClaim;

/**
 * Hands out ids that only grow, whatever the clock does and whatever is deleted: none is handed out
 * before the claim file durably says that it may have been.
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class LogIds {
  /** How far ahead ids are reserved, so that not every one costs a sync. */
  private static final long AHEAD = 1_000;

  /** Ours are integers that JavaScript can hold; a greater claim was learnt from a stray file. */
  private static final long MAX = (1L << 53) - 1;

  private final DirectoryClaim claim;
  private final LogIndex index;
  private final Time time;
  private long last;
  private long ceiling;

  LogIds(DirectoryClaim claim, LogIndex index, Time time) {
    this.claim = claim;
    this.index = index;
    this.time = time;
    // After a crash: the highest that may have been handed out.
    this.ceiling = claim.lastId() > MAX ? 0 : claim.lastId();
    this.last = ceiling;
  }

  /** Hands out what is greater than an id, if there is one and it can be counted from. */
  void exceed(String id) {
    if (id != null && LogId.valid(id)) {
      last = Math.max(last, LogId.number(id));
    }
  }

  /** Gives the next id; the index has just been brought in step with the disk. */
  String next() throws IOException {
    long id = Math.max(time.millis(), Math.max(last, index.highest()) + 1);
    while (index.get(LogId.of(id)) != null) {
      id++;
    }
    if (id > MAX) {
      throw new DreamkeeperException(
          FailureCode.STORAGE_FAILED, LogId.of(id - 1) + " is taken, and no greater id is left");
    }
    reserve(id);
    last = id;
    return LogId.of(id);
  }

  /** Makes sure that an id that is about to be deleted is not handed out again. */
  void retire(String id) throws IOException {
    reserve(LogId.number(id));
  }

  private void reserve(long id) throws IOException {
    if (id > ceiling) {
      claim.reserveIds(id + AHEAD);
      ceiling = id + AHEAD;
    }
  }

  /** Gives back what was reserved and not used, in a clean stop. */
  void close() throws IOException {
    long used = Math.max(last, index.highest());
    if (used != ceiling) {
      claim.reserveIds(used);
      ceiling = used;
    }
  }
}
