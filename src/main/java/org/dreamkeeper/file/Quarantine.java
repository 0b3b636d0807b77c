package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.store.StoredState;
import org.slf4j.Logger;

/**
 * Where a corrupt state file goes before anything is written in its place: to a second name, {@code
 * dream-state.json.corrupt-<ms>}, durably. The newest five are kept. Blocking; used by one thread
 * at a time.
 */
final class Quarantine {
  private static final Logger LOG = Log.of(Quarantine.class);
  private static final String PREFIX = FileStateStore.NAME + ".corrupt-";
  private static final Pattern NAME = Pattern.compile("\\Q" + PREFIX + "\\E[0-9]{1,17}");
  private static final int MAX_KEPT = 5;

  /** Others' names may have greater numbers: they are neither counted from nor removed. */
  private static final long MAX_COUNTED = 1L << 52;

  private final NamedFiles files;
  private final Time time;
  private StoredState last;

  Quarantine(NamedFiles files, Time time) {
    this.files = files;
    this.time = time;
  }

  /**
   * Sets the state file aside and tells its second name; does nothing for what was set aside last.
   *
   * @param content for where there are no hard links
   * @throws IOException if it has no second name: then nothing may be written in its place
   */
  void keep(StoredState corrupt, byte[] content, Consumer<String> told) throws IOException {
    if (corrupt == last) {
      return;
    }
    List<String> names = names(files);
    // Also after the clock was set back, the newest has the greatest number.
    long number = time.millis();
    if (!names.isEmpty()) {
      number = Math.max(number, number(names.get(names.size() - 1)) + 1);
    }
    String name = PREFIX + number;
    try {
      setAside(name, content);
    } catch (IOException failure) {
      discard(name, failure);
      throw failure;
    }
    last = corrupt;
    told.accept(name);
    prune(names);
  }

  private void setAside(String name, byte[] content) throws IOException {
    try {
      files.setAside(FileStateStore.NAME, name);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (IOException | UnsupportedOperationException noLinks) {
      // Not every file system has hard links, and not every owner may make them.
      files.publish(files.prepare(name, content));
      files.syncDirectory();
    }
  }

  /** Not durable, it is no second name; left, each attempt would leave one more. */
  private void discard(String name, IOException failure) {
    if (failure instanceof FileAlreadyExistsException) {
      return;
    }
    try {
      files.delete(name);
    } catch (IOException stays) {
      failure.addSuppressed(stays);
    }
  }

  private void prune(List<String> older) {
    for (String name : older.subList(0, Math.max(0, older.size() + 1 - MAX_KEPT))) {
      try {
        files.delete(name);
      } catch (IOException failure) {
        LOG.warn("{} stays: {}", name, DiskFailure.reason(failure));
      }
    }
  }

  /** Lists what was set aside before, oldest first. */
  static List<String> names(NamedFiles files) throws IOException {
    return files.list().stream()
        .filter(name -> NAME.matcher(name).matches() && number(name) <= MAX_COUNTED)
        .sorted(Comparator.comparingLong(Quarantine::number))
        .toList();
  }

  private static long number(String name) {
    return Long.parseLong(name.substring(PREFIX.length()));
  }
}
