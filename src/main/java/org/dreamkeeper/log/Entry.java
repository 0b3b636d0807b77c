package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;

/**
 * A valid entry as it is on disk.
 *
 * @param json shared: never change it
 * @param bytes how large its file is
 * @param held how many bytes of memory it needs
 * @param row what the index keeps of it
 */
record Entry(JsonObject json, int bytes, long held, LogRow row) {}
