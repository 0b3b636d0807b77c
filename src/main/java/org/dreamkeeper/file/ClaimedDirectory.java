package org.dreamkeeper.file;

import java.nio.file.Path;

/**
 * A base directory that is claimed: what all that is kept in it shares.
 *
 * @param path the real one
 * @param sync whether replacements are synced
 */
record ClaimedDirectory(
    Disk disk, Path path, DirectoryClaim claim, Temporaries temporaries, boolean sync) {

  /** The files of the directory itself. */
  NamedFiles files() {
    return new NamedFiles(this, path);
  }

  /** The files of a directory in it, which need not exist. */
  NamedFiles files(String name) {
    return new NamedFiles(this, path.resolve(name));
  }
}
