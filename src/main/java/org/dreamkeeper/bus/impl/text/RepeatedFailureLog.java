package org.dreamkeeper.bus.impl.text;

import org.slf4j.Logger;

/**
 * Something that may fail again and again, such as a disk that stays full: logged when it begins
 * and when its reason changes, counted in between, and logged once more when it is over.
 *
 * <p>Safe from any thread.
 */
public final class RepeatedFailureLog {
  private final Logger log;
  private final String what;
  private String reason;
  private long repeats;

  /** Makes one that nothing is the matter with; it will be told as a warning. */
  public RepeatedFailureLog(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  /** Takes note that it has failed, and why, in one line. */
  public synchronized void failed(String why) {
    if (why.equals(reason)) {
      repeats++;
      return;
    }
    over();
    reason = why;
    log.warn("{}: {}", what, why);
  }

  /** Takes note that it has not failed. */
  public synchronized void over() {
    if (reason != null && repeats > 0) {
      log.warn("{}: {}, {} times more until now", what, reason, repeats);
    }
    reason = null;
    repeats = 0;
  }
}
