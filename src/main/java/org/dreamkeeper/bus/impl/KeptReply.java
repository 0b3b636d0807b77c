package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;

/**
 * A reply of an earlier deployment, as a store has kept it.
 *
 * @param reply as a commit has carried it
 * @param ageMs how long ago that was
 */
public record KeptReply(JsonObject reply, long ageMs) {}
