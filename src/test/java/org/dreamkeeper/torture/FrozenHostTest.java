package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host is stopped with SIGSTOP while it holds the lock; a foreign process takes it over. */
final class FrozenHostTest {
  @TempDir Path dir;

  @Test
  void onceOvertakenItCanDoNothingMore() throws Exception {
    int rounds = Rounds.of(3, 30);
    for (int round = 0; round < rounds; round++) {
      freeze();
    }
    Rounds.report(rounds + " holders frozen and overtaken: none could do anything more");
  }

  private void freeze() throws Exception {
    Path lock = dir.resolve("dream.lock");
    Process foreigner = new ProcessBuilder("sleep", "600").start();
    try (Child host = new Child(TortureHost.class)) {
      host.expect("READY");
      host.tell("deploy " + Served.config(dir).encode());
      host.expect("SERVES");
      host.tell("ask lock tryAcquire - {\"leaseMs\":1000}");
      String token = new JsonObject(host.expect("REPLY")).getLong("token").toString();
      host.tell("ask log nextId -");
      String id = new JsonObject(host.expect("REPLY")).getString("id");
      String entry = Dreamer.entry(id).encode();
      host.tell("ask log save " + token + " " + entry);
      host.expect("REPLY");
      host.signal("STOP");
      Files.writeString(lock, Long.toString(foreigner.pid()));
      host.signal("CONT");
      for (String action : new String[] {"renew", "release", "rollback"}) {
        host.tell("ask lock " + action + " " + token);
        assertTrue(host.expect("REFUSED").startsWith("NOT_HOLDER"));
      }
      host.tell("ask state incrementCurationCount " + token + " {}");
      assertTrue(host.expect("REFUSED").startsWith("SUPERSEDED"));
      host.tell("ask log save " + token + " " + entry);
      assertTrue(host.expect("REFUSED").startsWith("SUPERSEDED"));
      assertEquals(Long.toString(foreigner.pid()), Files.readString(lock));
    } finally {
      foreigner.destroyForcibly().waitFor();
      Files.deleteIfExists(lock);
    }
  }
}
