package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that dreams on and on is killed with SIGKILL at random instants. After each kill, whatever
 * was acknowledged is there, the lock is free, and its mtime is the last completion.
 */
final class KillTest {
  private static final int MAX_DREAM_MS = 20;

  @TempDir Path dir;
  private final Random random = new Random();
  private int whileHeld;
  private long slowestStartMs;

  @Test
  void whatWasAcknowledgedSurvivesAnyKill() throws Exception {
    int rounds = Rounds.of(5, 200);
    int completed = 0;
    for (int round = 0; round < rounds; round++) {
      List<String> said = dreamUntilKilled();
      completed = check(said, completed);
    }
    Rounds.report(
        rounds
            + " kills, "
            + whileHeld
            + " while the lock was held, "
            + completed
            + " dreams completed, slowest restart "
            + slowestStartMs
            + " ms");
    if (rounds >= 200) {
      assertTrue(whileHeld >= 40, whileHeld + " kills while the lock was held");
    }
  }

  private List<String> dreamUntilKilled() throws IOException, InterruptedException {
    try (Child host = new Child(TortureHost.class)) {
      host.expect("READY");
      host.tell("deploy " + config().encode());
      host.expect("SERVES");
      host.tell("dream " + MAX_DREAM_MS);
      host.expect("HELD");
      Thread.sleep(random.nextInt(300));
      return host.kill();
    }
  }

  private JsonObject config() {
    return Served.config(dir).put("log", new JsonObject().put("maxEntries", 1_000_000));
  }

  private int check(List<String> said, int completedBefore) throws IOException {
    long killedAt = System.currentTimeMillis();
    String last = said.get(said.size() - 1);
    if (!last.startsWith("ENDED")) {
      whileHeld++;
    }
    Vertx vertx = Vertx.vertx();
    try {
      long begin = System.nanoTime();
      Served served = Served.at(vertx, new ManualTime(killedAt), Machine.REAL, config());
      slowestStartMs = Math.max(slowestStartMs, (System.nanoTime() - begin) / 1_000_000);
      return check(served, said, killedAt, completedBefore);
    } finally {
      Served.await(vertx.close());
    }
  }

  private int check(Served served, List<String> said, long killedAt, int completedBefore)
      throws IOException {
    List<JsonObject> all = Listing.all(served);
    List<JsonObject> completed =
        all.stream().filter(entry -> entry.getString("status").equals("completed")).toList();
    JsonObject newest = completed.isEmpty() ? null : completed.get(0);
    assertTrue(all.stream().noneMatch(e -> e.getString("status").equals("processing")), "open run");
    all.stream()
        .filter(entry -> entry.getString("status").equals("error"))
        .forEach(entry -> assertTrue(entry.getString("error").startsWith("Interrupted")));
    List<String> ids = completed.stream().map(entry -> entry.getString("id")).toList();
    int acknowledged = 0;
    for (String line : said) {
      if (line.startsWith("COMPLETED")) {
        assertTrue(
            ids.stream().anyMatch(id -> line.startsWith("COMPLETED " + id + " ")), "lost: " + line);
        acknowledged++;
      }
    }
    assertTrue(completed.size() - completedBefore - acknowledged <= 1, "counted twice");

    JsonObject state = served.ask("state", "read", null);
    assertEquals(completed.size(), state.getInteger("totalDreams"));
    JsonObject status = served.ask("lock", "status", null);
    assertFalse(status.getBoolean("held"));
    Path lock = dir.resolve("dream.lock");
    assertEquals(newest != null, Files.exists(lock), "rolled back to what was there before");
    if (newest != null) {
      assertEquals("", Files.readString(lock));
      assertEquals(newest.getString("id"), state.getString("lastDreamLogId"));
      long mtime = Files.getLastModifiedTime(lock).toMillis();
      long completedAt = newest.getLong("completedAt");
      String ended = "ENDED " + newest.getString("id") + " ";
      String told = said.stream().filter(line -> line.startsWith(ended)).findFirst().orElse(null);
      if (told != null) {
        assertEquals(Long.parseLong(told.substring(ended.length())), mtime);
      } else if (said.stream().anyMatch(line -> line.contains(newest.getString("id")))) {
        assertTrue(completedAt <= mtime && mtime <= killedAt, mtime + " after " + completedAt);
      }
    }
    try (Stream<Path> files = Files.walk(dir)) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")), "temporary files");
    }
    assertTrue(served.ask("lock", "tryAcquire", new JsonObject()).getBoolean("acquired"));
    return completed.size();
  }
}
