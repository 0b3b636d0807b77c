package org.dreamkeeper.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The command line, as far as the host looks at it before Vert.x's launcher does. */
final class Arguments {
  /** What is served unless the user says otherwise. */
  static final String DEFAULT_CONF = "conf/dreamkeeper.json";

  private static final String LOOPBACK = "127.0.0.1";

  private final List<String> given;

  Arguments(String... given) {
    this.given = List.copyOf(Arrays.asList(given));
  }

  String conf() {
    String own = value("conf");
    return own == null ? DEFAULT_CONF : own;
  }

  /** Gives an option's value, which may follow it or an equals sign; null if it is not there. */
  String value(String... names) {
    for (int i = 0; i < given.size(); i++) {
      String argument = given.get(i).replaceFirst("^--?", "-");
      String lower = argument.toLowerCase(Locale.ROOT);
      for (String name : names) {
        if (lower.equals("-" + name)) {
          return i + 1 < given.size() ? given.get(i + 1) : null;
        }
        if (lower.startsWith("-" + name + "=")) {
          return argument.substring(name.length() + 2);
        }
      }
    }
    return null;
  }

  private boolean has(String flag) {
    return given.stream().anyMatch(each -> each.matches("--?" + flag));
  }

  /** Gives what the launcher is started with. */
  String[] complete() {
    List<String> all = new ArrayList<>();
    // The host deploys its own verticle; named here, it makes a word that is no option an error.
    all.add(HostVerticle.class.getName());
    if (value("conf") == null) {
      all.addAll(List.of("-conf", DEFAULT_CONF));
    }
    all.addAll(given);
    if (has("cluster") && value("cluster-host") == null) {
      // Else it is any address that this machine has, for anybody to speak to.
      all.addAll(List.of("-cluster-host", LOOPBACK));
    }
    return all.toArray(String[]::new);
  }
}
