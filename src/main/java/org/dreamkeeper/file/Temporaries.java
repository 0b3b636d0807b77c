package org.dreamkeeper.file;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Names the temporary files of one deployment: {@code <name>.dk<epoch>-<n>.tmp}, beside their
 * target. The epoch tells ours from those of earlier instances, which the claim proves dead, and
 * the mark from those of foreign processes. Safe from any thread.
 */
final class Temporaries {
  private static final String END = ".tmp";

  /** What is kept in a project's directories is replaced; others' temporary files are theirs. */
  private static final Pattern OF_WHAT_IS_KEPT =
      Pattern.compile("(?:dream-state\\.json|dream\\.lock|drm-[0-9]+\\.json)\\..+\\.tmp");

  private static final Pattern OF_ANY_INSTANCE = Pattern.compile(".*\\.dk[0-9]+-[0-9]+\\.tmp");

  private final String mark;
  private final AtomicLong count = new AtomicLong();

  Temporaries(long epoch) {
    this.mark = ".dk" + epoch + "-";
  }

  /** Names a new one. */
  Path of(Path target) {
    return target.resolveSibling(target.getFileName() + mark + count.incrementAndGet() + END);
  }

  /** Tells whether a name is that of a temporary file of something kept here, whoever's. */
  static boolean is(String name) {
    return OF_WHAT_IS_KEPT.matcher(name).matches();
  }

  /** Tells whether a temporary file is this deployment's, and so in use. */
  boolean ours(String name) {
    return name.contains(mark);
  }

  /** Tells whether a temporary file is of this service. */
  static boolean ofAnyInstance(String name) {
    return OF_ANY_INSTANCE.matcher(name).matches();
  }
}
