package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * A message that waits for an answer, and the room that it takes until then. Whatever an answer
 * meets on its way, there is one, and nobody else's is lost.
 */
record Asker(Message<?> message, Room.Place place, String instance) {
  private static final Logger LOG = Log.of(Asker.class);

  /** How long a requester's end of the line is listened to. */
  private static final long HEARD_TIMEOUT_MS = 1_000;

  /** Tells whether there is room for it to wait for longer than its turn. */
  boolean park() {
    return place.park();
  }

  void send(Answer answer) {
    place.leave();
    try {
      if (answer.failure() != null) {
        refuse(answer.failure());
      } else {
        message.reply(answer.body(), answer.options(instance));
      }
    } catch (Throwable failure) {
      refuseFor(failure);
    }
  }

  /**
   * Replies; succeeds where it turns out that nobody hears it, fails where somebody may.
   *
   * <p>A reply that itself asks for a reply fails at once where its address is gone; one that was
   * delivered is never answered, and runs into the timeout.
   */
  Future<?> sendToNobody(Answer reply) {
    place.leave();
    if (message.replyAddress() == null) {
      // It was sent, not requested.
      return Future.succeededFuture();
    }
    try {
      return message
          .replyAndRequest(reply.body(), reply.options(instance).setSendTimeout(HEARD_TIMEOUT_MS))
          .transform(
              end ->
                  end.cause() instanceof ReplyException failure
                          && failure.failureType() == ReplyFailure.NO_HANDLERS
                      ? Future.succeededFuture()
                      : Future.failedFuture("heard"));
    } catch (Throwable failure) {
      refuseFor(failure);
      return Future.succeededFuture();
    }
  }

  private void refuseFor(Throwable failure) {
    refuse(DreamkeeperException.of(failure));
    Log.failure(LOG, "a request could not be answered as it was to be", failure);
  }

  private void refuse(DreamkeeperException refusal) {
    message.fail(refusal.failureCode(), refusal.getMessage());
  }
}
