package org.dreamkeeper.junit5.impl;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dreamkeeper.bus.FailureCode;

/**
 * Tells when actors, and those who talk with them, are at rest.
 *
 * <ol>
 *   <li>A request that is too late is refused in its turn: then all that came before it is done.
 *   <li>One for an action that there is not is refused on arrival: then that turn is over.
 *   <li>All event loops have a turn, several times: then the answers so far are heard, and what
 *       somebody does without a message, such as to deploy a verticle, is done.
 *   <li>If anybody has sent a message meanwhile, that begins again.
 * </ol>
 */
public final class Quiet implements AutoCloseable {
  /** Longer than anything takes; nothing depends on it but a hanging test. */
  public static final long PATIENCE_S = 120;

  private static final Map<String, String> ACTIONS =
      Map.of("state", "read", "lock", "status", "log", "list");

  /** More than anybody needs from one message, or timer, to the next. */
  private static final int TURNS = 12;

  private final VertxInternal vertx;
  private final String prefix;
  private final List<String> actors;
  private final AtomicLong sent = new AtomicLong();
  private final Set<String> answers = ConcurrentHashMap.newKeySet();
  private final Handler<DeliveryContext<Object>> counter = this::count;

  /** Watches actors of the project that has this prefix. */
  public Quiet(Vertx vertx, String prefix, String... actors) {
    this.vertx = (VertxInternal) vertx;
    this.prefix = prefix;
    this.actors = List.of(actors);
    vertx.eventBus().addOutboundInterceptor(counter);
  }

  /** Counts the requests and events of the project, and the answers to them. */
  private void count(DeliveryContext<Object> delivery) {
    Message<Object> message = delivery.message();
    if (message.address().startsWith(prefix + ".")) {
      sent.incrementAndGet();
      if (message.replyAddress() != null) {
        answers.add(message.replyAddress());
      }
    } else if (answers.remove(message.address())) {
      sent.incrementAndGet();
    }
    delivery.next();
  }

  /** Waits until all are at rest, or are not there any more. */
  public void await() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (System.nanoTime() < end) {
      long before = sent.get();
      List<FailureCode> refusals = probe();
      // Where nobody serves, the bus answers without a message.
      long own = refusals.stream().mapToInt(code -> code == null ? 1 : 2).sum();
      if (sent.get() - before == own && !refusals.contains(FailureCode.BUSY)) {
        return;
      }
    }
    throw new AssertionError(prefix + " never comes to rest");
  }

  /** Gives what each actor says; null for one that is not there. */
  private List<FailureCode> probe() {
    List<Future<FailureCode>> refusals = new ArrayList<>();
    for (String actor : actors) {
      Future<FailureCode> turn = refusal(actor, ACTIONS.get(actor), "deadline", "1");
      refusals.add(turn);
      refusals.add(turn.compose(over -> refusal(actor, "none such")));
    }
    Future.join(refusals).await();
    for (int turn = 0; turn < TURNS; turn++) {
      List<io.netty.util.concurrent.Future<?>> turns = new ArrayList<>();
      for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
        turns.add(loop.submit(() -> {}));
      }
      turns.forEach(io.netty.util.concurrent.Future::syncUninterruptibly);
    }
    return refusals.stream().map(Future::result).toList();
  }

  private Future<FailureCode> refusal(String actor, String action, String... headers) {
    DeliveryOptions options = new DeliveryOptions().addHeader("action", action);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return vertx
        .eventBus()
        .<JsonObject>request(prefix + "." + actor, null, options)
        .transform(
            end -> {
              int code = ((ReplyException) end.cause()).failureCode();
              return Future.succeededFuture(FailureCode.of(code));
            });
  }

  @Override
  public void close() {
    vertx.eventBus().removeOutboundInterceptor(counter);
  }
}
