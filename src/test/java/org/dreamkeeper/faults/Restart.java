package org.dreamkeeper.faults;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.dreamkeeper.faults.Tree.Snapshot;

/**
 * What a fresh service makes of files.
 *
 * @param files after its start
 * @param view what it says
 * @param nextId what it hands out after the clock was set back by a day
 * @param token what it grants
 */
record Restart(Snapshot files, View view, long nextId, long token) {
  private static final long DAY_MS = 86_400_000;

  static Restart of(Host host) throws IOException {
    host.start();
    try {
      return of(Snapshot.of(host.base), host);
    } finally {
      host.stop();
    }
  }

  private static Restart of(Snapshot files, Host host) {
    View view = host.view();
    host.time.setMillis(host.time.millis() - DAY_MS);
    String id = host.ask("log", "nextId", null).getString("id");
    long token = host.ask("lock", "tryAcquire", new JsonObject()).getLong("token");
    return new Restart(files, view, Long.parseLong(id.substring("drm-".length())), token);
  }
}
