package org.dreamkeeper.host;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.impl.config.ConfigReader;
import org.dreamkeeper.bus.impl.json.ErrorText;

/**
 * Where the host is asked over HTTP: {@code "web": {"port": 7332, "host": "127.0.0.1", "readOnly":
 * false, "behindProxy": false, "hosts": [], "tokenFile": ".dreamkeeper.token"}}.
 *
 * @param port where it listens; 0 for any that is free
 * @param host the address at which it listens
 * @param readOnly whether what changes something is refused
 * @param hosts the names by which it may be asked
 * @param tokenFile where the token is, or will be
 */
public record WebConfig(
    int port, String host, boolean readOnly, Set<String> hosts, Path tokenFile) {

  /** Where the token is unless set, beside the configuration. */
  static final String TOKEN_FILE = ".dreamkeeper.token";

  private static final int DEFAULT_PORT = 7332;
  private static final int LAST_PORT = 65_535;
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|::1|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");

  WebConfig(JsonObject json) {
    this(json, new ConfigReader("web", json, "port host readOnly behindProxy hosts tokenFile"));
  }

  private WebConfig(JsonObject json, ConfigReader settings) {
    this(
        (int) settings.integer("port", DEFAULT_PORT, 0, LAST_PORT),
        settings.text("host", "127.0.0.1"),
        settings.bool("readOnly", false),
        names(settings),
        Path.of(json.containsKey("tokenFile") ? settings.directory("tokenFile") : TOKEN_FILE)
            .toAbsolutePath());
  }

  /** Only who says that a proxy stands before it, and by which names, is reached by others. */
  private static Set<String> names(ConfigReader settings) {
    String host = settings.text("host", "127.0.0.1");
    boolean loopback = LOOPBACK.matcher(host).matches();
    boolean proxied = settings.bool("behindProxy", false);
    Set<String> names = new TreeSet<>(settings.texts("hosts"));
    if (!loopback && !(proxied && !names.isEmpty())) {
      throw new IllegalArgumentException(
          "web.host is "
              + ErrorText.show(host)
              + ", which others reach, expected 127.0.0.1; or, behind a proxy that speaks TLS,"
              + " \"behindProxy\": true and \"hosts\" with the names by which it is asked");
    }
    if (loopback) {
      names.addAll(List.of("localhost", "127.0.0.1", "[::1]", authority(host)));
    }
    return Set.copyOf(names);
  }

  private static String authority(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /** Gives the link that logs a browser in. */
  String link(int at, String token) {
    return "http://" + authority(host) + ":" + at + "/#token=" + token;
  }
}
