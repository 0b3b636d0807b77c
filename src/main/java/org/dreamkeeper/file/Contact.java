package org.dreamkeeper.file;

import java.nio.charset.StandardCharsets;

/**
 * How those who find a directory claimed reach the claimant.
 *
 * @param address the prefix of the addresses that it serves
 * @param socket the path of a Unix socket; empty if there is none
 */
public record Contact(String address, String socket) {
  /** What a claim has room for, beside all else that it says. */
  private static final int MAX_BYTES = 300;

  static final Contact NONE = new Contact("", "");

  /** Makes one; what the claim has no room for is left out. */
  public static Contact of(String address, String socket) {
    int bytes = (address + socket).getBytes(StandardCharsets.UTF_8).length;
    return socket == null || bytes > MAX_BYTES ? NONE : new Contact(address, socket);
  }
}
