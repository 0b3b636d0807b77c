package org.dreamkeeper.torture;

/** How long a suite of the torture tests runs: short in the build, long when asked for. */
public final class Rounds {
  private Rounds() {}

  /**
   * Gives a number of rounds.
   *
   * @param few in the build
   * @param many with {@code -Dtorture=long}
   */
  public static int of(int few, int many) {
    return switch (System.getProperty("torture", "short")) {
      case "short" -> few;
      case "long" -> many;
      default -> throw new IllegalArgumentException("torture is short or long");
    };
  }

  public static void report(String what) {
    System.out.println("[torture] " + what);
  }
}
