package org.dreamkeeper.bus;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

/**
 * Publishes a project's events, numbered without gaps and in order, whichever of the three actors
 * they come from.
 */
public final class Events {
  private final EventBus bus;
  private final String address;
  private final String instance;
  private final boolean clustered;
  private final Time time;
  private final Object order = new Object();
  private long seq;

  /**
   * Makes the publisher of one deployment.
   *
   * @param bus where to
   * @param prefix the project's address prefix; events go to {@code <prefix>.events}
   * @param instance the deployment's own id
   * @param clustered whether other nodes hear them
   * @param time stamps them
   */
  public Events(EventBus bus, String prefix, String instance, boolean clustered, Time time) {
    this.bus = bus;
    this.address = prefix;
    this.instance = instance;
    this.clustered = clustered;
    this.time = time;
  }

  /**
   * Publishes one event; safe from any thread. Call it only when the change is durable.
   *
   * @param type such as {@code lock.acquired}
   * @param details the fields that this type adds
   */
  public void publish(String type, JsonObject details) {
    DeliveryOptions options =
        new DeliveryOptions().addHeader("type", type).setLocalOnly(!clustered);
    // The number and the hand-over are one step: three event loops publish here.
    synchronized (order) {
      JsonObject event =
          new JsonObject()
              .put("type", type)
              .put("at", time.millis())
              .put("address", address)
              .put("instance", instance)
              .put("seq", ++seq)
              .mergeIn(details);
      Trace.published(event);
      bus.publish(address + ".events", event, options);
    }
  }
}
