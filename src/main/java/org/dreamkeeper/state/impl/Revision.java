package org.dreamkeeper.state.impl;

import java.util.HashMap;
import java.util.Map;
import org.dreamkeeper.bus.impl.Project;

/**
 * Tells one state from another, for ever: {@code <epoch>-<count>-<random bits of the instance>}.
 *
 * @param project whose
 * @param count of the states that were seen or made
 * @param text what is told
 */
record Revision(Project project, long count, String text) {

  static Revision first(Project project) {
    return of(project, 0);
  }

  private static Revision of(Project project, long count) {
    String bits = project.instance().split("-", 2)[0];
    return new Revision(project, count, project.epoch() + "-" + count + "-" + bits);
  }

  /** Gives the headers of a reply that shows this state. */
  Map<String, String> headers(String degraded, boolean repeated) {
    Map<String, String> headers = new HashMap<>(Map.of("revision", text));
    if (degraded != null) {
      headers.put("degraded", degraded);
    }
    if (repeated) {
      headers.put("repeated", "true");
    }
    return headers;
  }

  Revision next() {
    return of(project, count + 1);
  }
}
