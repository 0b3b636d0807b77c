package org.dreamkeeper.web;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** How a {@link DreamkeeperRouter} is guarded, and what it shows. Mutable and not thread-safe. */
public final class WebOptions {
  /** The fewest characters of a token. */
  public static final int MIN_TOKEN_LENGTH = 32;

  private String token;
  private boolean readOnly;
  private Set<String> hosts = Set.of();
  private Set<String> projects = Set.of();

  /** Makes the defaults: no login of its own, any host, all projects, all actions. */
  public WebOptions() {}

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public WebOptions(WebOptions other) {
    token = other.token;
    readOnly = other.readOnly;
    hosts = other.hosts;
    projects = other.projects;
  }

  /**
   * {@return the token that opens it; null if whoever mounts it guards it by a login of his own}
   */
  public String getToken() {
    return token;
  }

  /**
   * Sets the token that programs send and the page logs in with.
   *
   * @param token of {@link #MIN_TOKEN_LENGTH} characters at least; null for no login: then whoever
   *     reaches the router may do everything
   * @return this
   * @throws IllegalArgumentException if it is shorter
   */
  public WebOptions setToken(String token) {
    if (token != null && token.length() < MIN_TOKEN_LENGTH) {
      throw new IllegalArgumentException(
          "token has %d characters, expected at least %d"
              .formatted(token.length(), MIN_TOKEN_LENGTH));
    }
    this.token = token;
    return this;
  }

  /** {@return whether what changes something is refused} */
  public boolean isReadOnly() {
    return readOnly;
  }

  /**
   * Sets whether what changes something is refused with 403; dry runs are not.
   *
   * @param readOnly whether
   * @return this
   */
  public WebOptions setReadOnly(boolean readOnly) {
    this.readOnly = readOnly;
    return this;
  }

  /** {@return the names by which it may be asked, without ports; none for any} */
  public Set<String> getHosts() {
    return hosts;
  }

  /**
   * Sets the names that the header {@code Host} may have, so that no other name that leads here is
   * answered.
   *
   * @param hosts without ports, such as {@code dreams.example.org}, {@code 127.0.0.1} or {@code
   *     [::1]}; none for any. Not null; copied
   * @return this
   */
  public WebOptions setHosts(Set<String> hosts) {
    Set<String> lower = new TreeSet<>();
    hosts.forEach(each -> lower.add(each.toLowerCase(Locale.ROOT)));
    this.hosts = Set.copyOf(lower);
    return this;
  }

  /** {@return the prefixes of the projects that it reaches; none for all that are reached here} */
  public Set<String> getProjects() {
    return projects;
  }

  /**
   * Sets the projects that it reaches.
   *
   * @param projects their address prefixes; none for all that this Vert.x serves, and all of the
   *     database that a node on it takes part in serving. Not null; copied
   * @return this
   */
  public WebOptions setProjects(Set<String> projects) {
    this.projects = Set.copyOf(Objects.requireNonNull(projects, "projects is null"));
    return this;
  }
}
