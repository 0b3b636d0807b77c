package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;

/**
 * A valid entry as it is on disk.
 *
 * @param json shared: never change it
 * @param bytes how large its file is
 * @param row what the index keeps of it
 */
record Entry(JsonObject json, int bytes, LogRow row) {}
