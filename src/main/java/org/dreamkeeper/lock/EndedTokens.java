package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the last 1,000 holders ended, so that an end whose reply was lost can be repeated. */
final class EndedTokens {
  static final int MAX_REMEMBERED = 1_000;

  /** The two ways in which a holder ends. */
  enum Kind {
    RELEASE,
    ROLLBACK
  }

  private record Ending(Kind kind, JsonObject reply) {}

  private final Map<Long, Ending> byToken =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Ending> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  void remember(long token, Kind kind, JsonObject reply) {
    byToken.put(token, new Ending(kind, reply));
  }

  /** Gives the first reply again; null if the token did not end this way. */
  JsonObject reply(long token, Kind kind) {
    Ending ending = byToken.get(token);
    return ending == null || ending.kind() != kind ? null : ending.reply();
  }
}
