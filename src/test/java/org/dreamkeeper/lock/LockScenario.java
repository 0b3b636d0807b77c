package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the lock have in common: a served directory, time, and foreign processes. */
abstract class LockScenario {
  /** Real time, but standing: foreign processes are judged by the clock that stamps files. */
  protected final ManualTime time = new ManualTime(System.currentTimeMillis());

  @TempDir protected Path dir;
  protected Vertx vertx;
  protected Served served;
  private final List<Process> foreigners = new ArrayList<>();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    foreigners.forEach(Process::destroyForcibly);
    await(vertx.close());
  }

  protected Served serve() {
    return serve(new JsonObject());
  }

  protected Served serve(JsonObject lock) {
    return serve(lock, Machine.REAL);
  }

  protected Served serve(JsonObject lock, Machine machine) {
    served = Served.at(vertx, time, machine, Served.config(dir).put("lock", lock));
    return served;
  }

  protected JsonObject acquire() {
    return served.ask("lock", "tryAcquire", new JsonObject());
  }

  protected String token() {
    return acquire().getLong("token").toString();
  }

  protected JsonObject status() {
    return served.ask("lock", "status", null);
  }

  protected Path file() {
    return dir.resolve("dream.lock");
  }

  protected String content() {
    try {
      return Files.readString(file());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  protected Instant modified() {
    try {
      return Files.getLastModifiedTime(file()).toInstant();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  protected void write(String content, Instant modified) {
    try {
      Files.writeString(file(), content);
      Files.setLastModifiedTime(file(), FileTime.from(modified));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Overwrites the lock file as the reference does: in place, with a PID alone. */
  protected void seize(Process foreigner) {
    write(Long.toString(foreigner.pid()), Instant.now());
  }

  protected Instant now() {
    return Instant.ofEpochMilli(time.millis());
  }

  protected Process foreigner() {
    try {
      Process process = new ProcessBuilder("sleep", "600").start();
      foreigners.add(process);
      return process;
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  protected Process foreign(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    foreigners.add(process);
    return process;
  }

  /** A PID that no process has. */
  protected static long nobody() throws IOException, InterruptedException {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    return gone.pid();
  }

  protected JsonObject entry(String id, String status) {
    JsonObject entry = Calls.bareEntry(id, time.millis(), status);
    return status.equals("processing") ? entry : entry.put("completedAt", time.millis());
  }

  /** Opens a dream's log entry under a token, and gives its id. */
  protected String open(String token) {
    String id = served.ask("log", "nextId", null).getString("id");
    served.ask("log", "save", entry(id, "processing"), "token", token);
    return id;
  }

  protected JsonObject logged(String id) {
    return served.ask("log", "getById", new JsonObject().put("id", id));
  }
}
