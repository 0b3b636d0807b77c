package org.dreamkeeper.host;

import java.util.stream.Collectors;

/**
 * A Markdown note.
 *
 * @param path below the notes' folder, with slashes
 * @param text all of it
 */
record Note(String path, String text) {

  /** What it says, without the white space at the ends of its lines and at its own. */
  String said() {
    return text.lines()
        .map(String::stripTrailing)
        .collect(Collectors.joining("\n"))
        .stripTrailing();
  }
}
