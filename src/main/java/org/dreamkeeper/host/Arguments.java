package org.dreamkeeper.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.bus.impl.text.OneLine;

/** The command line, as far as the host looks at it before Vert.x's launcher does. */
final class Arguments {
  /** What is served unless the user says otherwise. */
  static final String DEFAULT_CONF = "conf/dreamkeeper.json";

  private static final String LOOPBACK = "127.0.0.1";

  private static final List<String> FLAGS =
      List.of("-cluster", "-worker", "-virtual-thread", "-vt", "-help");

  private static final List<String> VALUED =
      List.of(
          "-conf",
          "-options",
          "-vertx-options",
          "-deployment-options",
          "-instances",
          "-cluster-host",
          "-cluster-port",
          "-cluster-public-host",
          "-cluster-public-port");

  private static final Pattern LETTERS = Pattern.compile("-[chw]+");

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

  /** Says in a line which of them the launcher does not know; null if it knows them all. */
  String wrong() {
    List<String> known = new ArrayList<>(FLAGS);
    known.addAll(VALUED);
    for (int i = 0; i < given.size(); i++) {
      String name = given.get(i).replaceFirst("=.*", "").replaceFirst("^--", "-");
      if (name.startsWith("-") && !known.contains(name) && !LETTERS.matcher(name).matches()) {
        String shown = OneLine.of(given.get(i).replaceFirst("=.*", ""));
        return shown + " is no option, " + Words.meant(name, known) + " -help says what each does.";
      }
      if (VALUED.contains(name) && !given.get(i).contains("=")) {
        i++;
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
