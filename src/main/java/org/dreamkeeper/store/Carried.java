package org.dreamkeeper.store;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What is to survive with a commit: kept in the same step as the change, or ignored. No store looks
 * into it.
 *
 * @param replies what requests that the commit carries out are answered, for when they come again
 * @param events what is told of it as soon as it is durable
 */
public record Carried(List<JsonObject> replies, List<JsonObject> events) {
  /** Nothing. */
  public static final Carried NONE = new Carried(List.of(), List.of());
}
