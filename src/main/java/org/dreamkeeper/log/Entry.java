package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;

/**
 * A valid entry as it is on disk, with what its journal adds to it.
 *
 * @param json shared: never change it
 * @param bytes how large its files are
 * @param held how many bytes of memory it needs
 * @param appended whether the journal adds something
 * @param row what the index keeps of it
 */
record Entry(JsonObject json, long bytes, long held, boolean appended, LogRow row) {}
