package org.dreamkeeper.bus.impl;

import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * How much the requests of one actor may hold together; those that are parked may have half of it,
 * so that they shut nobody out who could end their waiting. Safe from any thread.
 */
final class Room {
  private final long maxBytes;
  private long bytes;
  private long parkedBytes;

  Room(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What one request holds until it is answered. */
  final class Place {
    private long held;
    private boolean parked;
    private boolean left;

    /**
     * Takes as much as the request turns out to need; less than before changes nothing.
     *
     * @throws DreamkeeperException BUSY
     */
    void grow(long to) {
      synchronized (Room.this) {
        long more = left ? 0 : Math.max(0, to - held);
        if (bytes + more > maxBytes) {
          throw new DreamkeeperException(
              FailureCode.BUSY, "requests of " + bytes + " bytes are waiting; try later");
        }
        bytes += more;
        held += more;
      }
    }

    /** Tells whether the request may stay for longer than its turn. */
    boolean park() {
      synchronized (Room.this) {
        if (!parked && parkedBytes + held <= maxBytes / 2) {
          parked = true;
          parkedBytes += held;
        }
        return parked;
      }
    }

    /** Gives everything back. */
    void leave() {
      synchronized (Room.this) {
        bytes -= held;
        parkedBytes -= parked ? held : 0;
        held = 0;
        left = true;
      }
    }
  }
}
