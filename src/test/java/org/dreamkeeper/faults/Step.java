package org.dreamkeeper.faults;

/**
 * One file operation.
 *
 * @param op which
 * @param name the last part of the path; of a temporary file, its target's and {@code .tmp}; of a
 *     rename, the target's; of a link, the new one
 */
record Step(Op op, String name) {
  boolean of(Op other, String otherName) {
    return op == other && name.equals(otherName);
  }

  @Override
  public String toString() {
    return op + " " + name;
  }
}
