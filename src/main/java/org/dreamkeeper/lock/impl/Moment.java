package org.dreamkeeper.lock.impl;

import org.dreamkeeper.bus.impl.async.Time;

/** A moment on both clocks: the wall's, ms since 1970, and the monotonic one, ns. */
record Moment(long millis, long nanos) {
  static Moment now(Time time) {
    return new Moment(time.millis(), time.nanos());
  }
}
