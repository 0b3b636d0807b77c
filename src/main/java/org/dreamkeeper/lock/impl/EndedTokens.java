package org.dreamkeeper.lock.impl;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dreamkeeper.lock.impl.LockRules.Ask;

/** How the last 1,000 holders ended, so that an end whose reply was lost can be repeated. */
final class EndedTokens {
  static final int MAX_REMEMBERED = 1_000;

  private record Ending(Class<?> how, JsonObject reply) {}

  private final Map<Long, Ending> byToken =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Ending> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  void remember(Ask.OfHolder end, JsonObject reply) {
    byToken.put(end.token(), new Ending(end.getClass(), reply));
  }

  /** Gives the first reply again; null if the token did not end this way. */
  JsonObject reply(Ask.OfHolder ask) {
    Ending ending = byToken.get(ask.token());
    return ending == null || ending.how() != ask.getClass() ? null : ending.reply();
  }
}
