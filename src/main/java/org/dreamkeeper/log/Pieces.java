package org.dreamkeeper.log;

import java.util.ArrayList;
import java.util.List;

/** Cuts long work into tasks that let others have their turn. */
final class Pieces {
  private Pieces() {}

  /** Gives views of a list, each of a size at most. */
  static <T> List<List<T>> of(List<T> all, int size) {
    List<List<T>> pieces = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      pieces.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return pieces;
  }
}
