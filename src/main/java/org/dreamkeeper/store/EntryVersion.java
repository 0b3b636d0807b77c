package org.dreamkeeper.store;

/**
 * One version of a stored entry, without what it says.
 *
 * @param id the entry's
 * @param stamp tells the versions of an entry apart, as far as the store can; opaque
 * @param certain whether an equal stamp, seen later, means the same content
 * @param touchedAt when it was written, by the store's clock, ms since 1970
 * @param bytes how large it is as JSON
 * @param held how many bytes of memory it needs
 */
public record EntryVersion(
    String id, Object stamp, boolean certain, long touchedAt, long bytes, long held) {

  /** Gives the same version with what was appended to it. */
  public EntryVersion grown(long moreBytes, long moreHeld) {
    return new EntryVersion(id, stamp, certain, touchedAt, bytes + moreBytes, held + moreHeld);
  }
}
