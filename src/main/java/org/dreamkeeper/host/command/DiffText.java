package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;

/** Shows what an operation changed, as the admin tells it. */
record DiffText(Out out) {
  void show(JsonObject diff) {
    out.more(diff.encode());
  }
}
