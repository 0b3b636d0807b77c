package org.dreamkeeper.log;

import java.io.IOException;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.file.DiskFailure;
import org.slf4j.Logger;

/** Makes what went wrong on a worker thread a request's answer. */
final class DiskTrouble {
  private static final Logger LOG = Log.of(DiskTrouble.class);

  private DiskTrouble() {}

  /** Makes a refusal of any failure: a bug is logged, and INTERNAL. */
  static DreamkeeperException refusal(String what, Throwable failure) {
    if (failure instanceof IOException disk) {
      return new DreamkeeperException(
          FailureCode.STORAGE_FAILED, what + ": " + DiskFailure.reason(disk));
    }
    if (failure instanceof DreamkeeperException refusal) {
      return refusal;
    }
    LOG.error("{} ended in an unexpected failure", what, failure);
    return DreamkeeperException.of(failure);
  }

  static void refuse(Request request, String what, Throwable failure) {
    request.fail(refusal(what, failure));
  }
}
