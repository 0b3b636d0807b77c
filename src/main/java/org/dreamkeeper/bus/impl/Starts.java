package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.MessageConsumer;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/** How a verticle starts and stops where Vert.x itself is about to go. */
public final class Starts {
  private static final Logger LOG = Log.of(Starts.class);

  private Starts() {}

  /**
   * Tells the end of a start, also where a stop has overtaken it. Vert.x has then ended the start
   * by itself, and throws at whoever comes with another end: that must break nobody's stop. To be
   * returned to Vert.x alone.
   */
  public static <T> Future<T> told(Future<T> start) {
    Promise<T> told = Promise.promise();
    start.onComplete(
        end -> {
          try {
            told.handle(end);
          } catch (IllegalStateException overtaken) {
            LOG.debug("a start was overtaken by a stop", overtaken);
          }
        });
    return told.future();
  }

  /**
   * Leaves an address, if it was taken; never fails. A cluster that has gone has let go of it: that
   * must not keep the rest from stopping.
   */
  static Future<Void> undone(MessageConsumer<?> consumer) {
    return consumer == null ? Future.succeededFuture() : consumer.unregister().otherwiseEmpty();
  }
}
