package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * Names the temporary files of one deployment: {@code <name>.dk<epoch>-<n>.tmp}, beside their
 * target. The epoch tells ours from those of earlier instances, which the claim proves dead, and
 * the mark from those of foreign processes. Safe from any thread.
 */
final class Temporaries {
  private static final Logger LOG = Log.of(Temporaries.class);

  /** A foreign process's is abandoned when it is this old, ms. */
  private static final long FOREIGN_MS = 3_600_000;

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
    return target.resolveSibling(target.getFileName() + mark + count.incrementAndGet() + ".tmp");
  }

  /**
   * Lists the temporary files of what is kept in a directory that nobody will finish, in order:
   * those of earlier instances, and those of foreign processes that are an hour old.
   */
  List<String> abandoned(NamedFiles files) throws IOException {
    List<String> abandoned = new ArrayList<>();
    for (String name : files.list()) {
      if (isAbandoned(name, files)) {
        abandoned.add(name);
      }
    }
    Collections.sort(abandoned);
    return abandoned;
  }

  /** Removes them; what cannot be removed is left to the next start. */
  void sweep(NamedFiles files) {
    try {
      abandoned(files).forEach(files::discard);
    } catch (Throwable failure) {
      LOG.warn("{}: temporary files stay: {}", files, DiskFailure.reason(failure));
    }
  }

  private boolean isAbandoned(String name, NamedFiles files) throws IOException {
    if (!OF_WHAT_IS_KEPT.matcher(name).matches() || name.contains(mark)) {
      return false;
    }
    return OF_ANY_INSTANCE.matcher(name).matches()
        || files.stat(name).filter(FileStat::regular).filter(Temporaries::isOld).isPresent();
  }

  private static boolean isOld(FileStat stat) {
    return System.currentTimeMillis() - FileStat.millis(stat.modified()) > FOREIGN_MS;
  }
}
