package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What nodes tell all nodes: who begins to serve, what is given to whom, and the events of their
 * projects, which each publishes anew for those who live on it. Confined to one context.
 */
final class NodeBus {
  private static final String ALL = "dreamkeeper.nodes";
  private static final String FROM = "from";
  private static final String RELAYED = "relayed";

  private final Vertx vertx;
  private final String self;
  private final Consumer<JsonObject> heard;
  private final Set<String> relayed = new HashSet<>();
  private final List<MessageConsumer<JsonObject>> consumers = new ArrayList<>();

  /** Makes it; what other nodes tell is heard, but for events. */
  NodeBus(Vertx vertx, String self, Consumer<JsonObject> heard) {
    this.vertx = vertx;
    this.self = self;
    this.heard = heard;
  }

  Future<Void> start() {
    MessageConsumer<JsonObject> consumer = vertx.eventBus().consumer(ALL, this::receive);
    consumers.add(consumer);
    return consumer.completion();
  }

  Future<Void> stop() {
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .transform(end -> Future.succeededFuture());
  }

  void tell(JsonObject what) {
    vertx.eventBus().publish(ALL, what, new DeliveryOptions().addHeader(FROM, self));
  }

  private void receive(Message<JsonObject> message) {
    if (self.equals(message.headers().get(FROM))) {
      return;
    }
    JsonObject event = message.body().getJsonObject("event");
    if (event == null) {
      heard.accept(message.body());
      return;
    }
    DeliveryOptions options =
        new DeliveryOptions()
            .addHeader("type", event.getString("type"))
            .addHeader(RELAYED, "true")
            .setLocalOnly(true);
    vertx.eventBus().publish(event.getString("address") + ".events", event, options);
  }

  /** Tells the others of a project's events that arise here. */
  void relay(String project) {
    if (relayed.add(project)) {
      consumers.add(
          vertx
              .eventBus()
              .localConsumer(
                  project + ".events",
                  event -> {
                    if (!event.headers().contains(RELAYED)) {
                      tell(new JsonObject().put("event", event.body()));
                    }
                  }));
    }
  }
}
