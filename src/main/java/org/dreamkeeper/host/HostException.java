package org.dreamkeeper.host;

import org.dreamkeeper.bus.impl.text.OneLine;

/**
 * The host could not start; the message is one line that says what is wrong, where, and what to do.
 */
public final class HostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HostException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    return OneLine.of(message.replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }
}
