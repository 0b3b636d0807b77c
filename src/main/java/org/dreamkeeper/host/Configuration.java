package org.dreamkeeper.host;

/** The host's configuration, for those who do not start it. */
public final class Configuration {
  private Configuration() {}

  /**
   * Reads and checks a configuration.
   *
   * @param argument its file, or its text; null for the one that is served by default
   * @return what it says
   * @throws HostException naming what is wrong with it
   */
  public static HostOptions read(String argument) {
    String meant = argument == null ? Arguments.DEFAULT_CONF : argument;
    return HostOptions.of(new ConfigFile(meant).read());
  }
}
