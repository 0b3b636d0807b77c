package org.dreamkeeper.web.impl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * Sessions of 12 hours: an id says when it ends, and only who has the token can have made it. So
 * nothing is remembered, however many there are, and a restart ends none; another token ends all.
 * Safe from any thread.
 */
final class Sessions {
  static final long LENGTH_MS = TimeUnit.HOURS.toMillis(12);

  private static final int NONCE_BYTES = 16;
  private static final int PARTS = 3;

  private final SecretKeySpec key;
  private final Time time;
  private final SecureRandom random = new SecureRandom();

  Sessions(byte[] token, Time time) {
    this.key = new SecretKeySpec(token, "HmacSHA256");
    this.time = time;
  }

  /** Begins one and gives its id. */
  String begin() {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return signed((time.millis() + LENGTH_MS) + "." + text(nonce));
  }

  /** Tells whether an id is that of one that has not ended. */
  boolean has(String id) {
    String[] parts = id.split("\\.", -1);
    if (parts.length != PARTS || !parts[0].matches("[0-9]{1,18}")) {
      return false;
    }
    byte[] ours = signed(parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8);
    long leftMs = Long.parseLong(parts[0]) - time.millis();
    return MessageDigest.isEqual(ours, id.getBytes(StandardCharsets.UTF_8))
        && leftMs > 0
        && leftMs <= LENGTH_MS;
  }

  private String signed(String what) {
    try {
      Mac mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      return what + "." + text(mac.doFinal(("session " + what).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
