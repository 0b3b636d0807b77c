package org.dreamkeeper.faults;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.dreamkeeper.bus.FailureCode;

/**
 * How a request ended.
 *
 * @param code null if it succeeded
 * @param reply the reply or, of a failure, the reason
 * @param files what a reply acknowledges
 */
record Outcome(FailureCode code, String reply, Set<String> files) {
  static Outcome done(JsonObject reply, Set<String> files) {
    return new Outcome(null, String.valueOf(reply), files);
  }

  static Outcome refused(FailureCode code, String message, Set<String> files) {
    return new Outcome(code, message, files);
  }

  boolean ok() {
    return code == null;
  }
}
