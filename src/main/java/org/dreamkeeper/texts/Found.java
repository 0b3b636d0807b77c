package org.dreamkeeper.texts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What stands at a path.
 *
 * @param seen tells it from anything else: a file's SHA-256 in lower-case hex, or what it is
 * @param reason why it is no text that can be dealt with, one line; null for a file and for nothing
 * @param movable whether it may be moved away: it is a file, or nothing
 */
public record Found(String seen, String reason, boolean movable) {
  /** Nothing. */
  public static final Found NOTHING = new Found("nothing", null, true);

  /** Gives a file of that content. */
  static Found of(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return new Found(HexFormat.of().formatHex(hash), null, true);
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException("each Java has SHA-256", never);
    }
  }

  /** Gives a file with that text. */
  public static Found of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Gives a file with that hash; nothing for null. */
  public static Found ofHash(String hash) {
    return hash == null ? NOTHING : new Found(hash, null, true);
  }

  /** Gives a file's hash; empty for anything else. */
  public Optional<String> hash() {
    return file() ? Optional.of(seen) : Optional.empty();
  }

  /** Tells whether nothing is there. */
  public boolean nothing() {
    return equals(NOTHING);
  }

  /** Tells whether it is a file whose content is known. */
  public boolean file() {
    return reason == null && !nothing();
  }

  /** Tells whether it is the same, for all that was looked at. */
  public boolean same(Found other) {
    return seen.equals(other.seen);
  }
}
