package org.dreamkeeper.run;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The event bus, as a test tampers with it: notes the requests, and swallows messages. Whoever
 * waits for a swallowed answer is told at once that his time is up, for real time must not matter;
 * after a cut nobody hears anything. Published events pass.
 */
final class Wire {
  private final Vertx vertx;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<String> muted = ConcurrentHashMap.newKeySet();
  private volatile Predicate<String> swallowRequest = any -> false;
  private volatile Predicate<String> swallowReply = any -> false;
  private volatile Runnable before = () -> {};
  private volatile String beforeWhich = "";
  private final List<DeliveryContext<?>> held = new ArrayList<>();
  private int left = Integer.MAX_VALUE;
  private int passed;
  private boolean swallowed;

  Wire(Vertx vertx) {
    this.vertx = vertx;
    vertx.eventBus().addOutboundInterceptor(this::message);
  }

  private <T> void message(DeliveryContext<T> context) {
    Message<T> message = context.message();
    if (message.address().endsWith(".events")) {
      context.next();
      return;
    }
    String action = message.headers().get("action");
    String name = message.address() + " " + action;
    boolean cut = !pass();
    String waiting = muted.remove(message.address()) ? message.address() : null;
    if (action != null) {
      if (swallowRequest.test(name)) {
        waiting = message.replyAddress();
      } else if (message.replyAddress() != null && swallowReply.test(name)) {
        muted.add(message.replyAddress());
      }
      // Last: who sees it counted may tamper otherwise from now on.
      requests.add(name);
    }
    if (cut) {
      return;
    }
    if (waiting != null) {
      vertx.eventBus().send(waiting, new ReplyException(ReplyFailure.TIMEOUT, "lost on its way"));
      return;
    }
    if (name.equals(beforeWhich)) {
      beforeWhich = "";
      synchronized (held) {
        held.add(context);
      }
      before.run();
      return;
    }
    context.next();
  }

  private synchronized boolean pass() {
    if (left == 0) {
      swallowed = true;
      return false;
    }
    left--;
    passed++;
    return true;
  }

  /** Lets so many messages through, then none. */
  synchronized void cutAfter(int messages) {
    left = messages;
    passed = 0;
    swallowed = false;
  }

  synchronized boolean isCut() {
    return swallowed;
  }

  synchronized int passed() {
    return passed;
  }

  void swallow(Predicate<String> which) {
    swallowRequest = which;
  }

  void swallowReplyTo(Predicate<String> which) {
    swallowReply = which;
  }

  /** Keeps the next such request back, and runs something instead. */
  void holdBack(String which, Runnable instead) {
    before = instead;
    beforeWhich = which;
  }

  /** Delivers what was kept back. */
  void deliver() {
    synchronized (held) {
      held.forEach(DeliveryContext::next);
      held.clear();
    }
  }

  void mend() {
    swallow(any -> false);
    swallowReplyTo(any -> false);
    beforeWhich = "";
    cutAfter(Integer.MAX_VALUE);
  }

  long count(String request) {
    return requests.stream().filter(request::equals).count();
  }
}
