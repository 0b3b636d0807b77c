package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * What other nodes ask of this one: requests for the projects that it serves, at the one address
 * that it has on the cluster. Confined to one context.
 */
final class Reception {
  static final String PROJECT = "dreamkeeper-project";
  static final String ACTOR = "dreamkeeper-actor";
  static final String TERM = "dreamkeeper-term";

  /** How long it is until the deadline, ms: clocks differ. */
  static final String LEFT = "dreamkeeper-left";

  /** When to ask again, for the message may be lost; whoever is at work on it answers then. */
  static final long ANSWER_MS = 12_000;

  private final Vertx vertx;
  private final Time time;
  private final OpenProjects projects;
  private final Membership membership;
  private MessageConsumer<Object> consumer;

  Reception(Vertx vertx, Time time, OpenProjects projects, Membership membership) {
    this.vertx = vertx;
    this.time = time;
    this.projects = projects;
    this.membership = membership;
  }

  static String address(String node) {
    return "dreamkeeper.node." + node;
  }

  Future<Void> start(String node) {
    consumer = vertx.eventBus().consumer(address(node), this::receive);
    return consumer.completion();
  }

  Future<Void> stop() {
    return consumer == null ? Future.succeededFuture() : consumer.unregister().otherwiseEmpty();
  }

  private void receive(Message<Object> message) {
    String project = message.headers().get(PROJECT);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(message.headers());
    DeliveryOptions options = new DeliveryOptions().setHeaders(headers);
    long term = Long.parseLong(message.headers().get(TERM));
    ask(project, message.headers().get(ACTOR), term, message.body(), options)
        .onSuccess(
            reply -> message.reply(reply.body(), new DeliveryOptions().setHeaders(reply.headers())))
        .onFailure(
            failure -> {
              // Of what gave no answer there is none: it is asked again.
              if (!Ask.is(failure, ReplyFailure.TIMEOUT)) {
                DreamkeeperException refusal = DreamkeeperException.of(failure);
                message.fail(refusal.failureCode(), refusal.getMessage());
              }
            });
  }

  /** Asks an actor that this node is to serve under that term. */
  Future<Message<Object>> ask(
      String project, String actor, long term, Object body, DeliveryOptions options) {
    Hosted hosted = projects.get(project, term);
    if (hosted == null) {
      return Future.failedFuture(moved(project));
    }
    String left = options.getHeaders().get(LEFT);
    if (left != null) {
      options.getHeaders().set("deadline", Long.toString(time.millis() + Long.parseLong(left)));
    }
    for (String own : new String[] {PROJECT, ACTOR, TERM, LEFT}) {
      options.getHeaders().remove(own);
    }
    options.setLocalOnly(true).setSendTimeout(ANSWER_MS);
    return vertx
        .eventBus()
        .<Object>request(hosted.at() + "." + actor, body, options)
        .recover(
            failure ->
                Future.failedFuture(serves(project, hosted, failure) ? failure : moved(project)));
  }

  private static DreamkeeperException moved(String project) {
    return new DreamkeeperException(
        FailureCode.NOT_SERVING, project + " is served by another node now");
  }

  /**
   * Whatever the database does not answer when the project is given up, or its claim is gone, or
   * may be without that this node has heard of it, is the next one's to answer.
   */
  private boolean serves(String project, Hosted hosted, Throwable failure) {
    if (Ask.is(failure, ReplyFailure.NO_HANDLERS)) {
      return false;
    }
    boolean storage =
        failure instanceof ReplyException no
            && no.failureCode() == FailureCode.STORAGE_FAILED.code();
    return !storage
        || (projects.isOpen(project, hosted) && hosted.lost() == null && membership.beats());
  }
}
