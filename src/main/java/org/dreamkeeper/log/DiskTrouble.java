package org.dreamkeeper.log;

import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/** Makes what went wrong on a worker thread a request's answer. */
final class DiskTrouble {
  private static final Logger LOG = Log.of(DiskTrouble.class);

  private DiskTrouble() {}

  /** Makes a refusal of any failure: a bug is logged, and INTERNAL. */
  static DreamkeeperException refusal(String what, Throwable failure) {
    Throwable told = DiskFailure.told(what + ": ", failure);
    if (told instanceof StoreException || told instanceof DreamkeeperException) {
      return StoreException.refusal(told);
    }
    LOG.error("{} ended in an unexpected failure", what, failure);
    return DreamkeeperException.of(failure);
  }

  static void refuse(Request request, String what, Throwable failure) {
    request.fail(refusal(what, failure));
  }
}
