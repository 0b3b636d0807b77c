package org.dreamkeeper.host.command;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Served.Failed;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.torture.Mount;
import org.junit.jupiter.api.Test;

/** What keeps a project from dreaming is told, by its host and, where it has none, by its files. */
final class SituationsTest extends CommandTestBase {
  private static final long NOW = System.currentTimeMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final JsonObject ASK = new JsonObject();
  private static final String WELL = "\"status\":\"UP\",\"data\":{\"dream\":\"ok\"}";
  private static final Pattern CLOSED =
      Pattern.compile("gate_closed\\{gate=\"(\\w+)\",project=\"dream\"} 1.0");

  /** The ids of what why tells, text and JSON alike; reading changes nothing. */
  private List<String> why(String... parts) {
    Map<String, String> before = files();
    Ran text = run("why");
    assertEquals(0, text.code());
    text.says(parts);
    JsonObject json = run("why", "--json").project();
    JsonArray causes = json.getJsonArray("causes");
    assertEquals(causes.isEmpty(), json.getBoolean("dreams"));
    List<String> ids = causes.stream().map(each -> ((JsonObject) each).getString("id")).toList();
    ids.forEach(id -> text.says("\n  " + id + " "));
    status();
    if (!ids.contains("host")) {
      monitored(ids);
    }
    assertEquals(before, files());
    return ids;
  }

  /**
   * Probes say that it is served, and scrapes which gates are closed; a second late at most. A disk
   * that hangs for ten seconds is another matter.
   */
  private void monitored(List<String> ids) {
    Set<String> closed = new TreeSet<>(List.of("hours", "curations", "failures", "lock", "state"));
    closed.retainAll(ids);
    until(() -> closed.equals(closedGates(get("/metrics"))));
    Pattern asked = Pattern.compile("last_asked_time_seconds\\{project=\"dream\"} (0\\.0\\n)?");
    until(
        () ->
            asked
                .matcher(get("/metrics"))
                .results()
                .anyMatch(at -> (at.group(1) != null) == ids.contains("worker")));
    until(() -> get("/health/live").contains(WELL));
    until(() -> ids.contains("disk") || get("/health/ready").contains(WELL));
  }

  private static Set<String> closedGates(String scrape) {
    return CLOSED
        .matcher(scrape)
        .results()
        .map(gate -> gate.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private JsonObject status(String... parts) {
    Ran text = run("status");
    assertEquals(0, text.code());
    text.says(parts);
    return run("status", "--json").project().getJsonObject("overview");
  }

  /** Serves it, and lets a worker ask. */
  private Dreamkeeper asked(Object... settings) {
    Dreamkeeper keeper = serve(settings);
    await(keeper.state().gates(ASK.copy()));
    return keeper;
  }

  @Test
  void aLivingForeignHolder() throws IOException {
    write("dream-state.json", state(ASK));
    long pid = stranger();
    write("dream.lock", pid + "");
    String holder = "the lock is held by PID " + pid + ", until ";
    assertEquals(List.of("host", "lock"), why(holder, "unlock --force", "It is over at"));
    asked();
    assertEquals(List.of("lock"), why(holder));
    JsonObject lock = status("held by another program, PID " + pid).getJsonObject("lock");
    assertTrue(lock.getJsonObject("holder").getBoolean("foreign"));
    assertTrue(lock.getJsonObject("holder").getString("acquiredAt").endsWith("Z"));
  }

  @Test
  void aDeadForeignHolder() throws IOException {
    write("dream-state.json", state(ASK));
    write("dream.lock", "4194305");
    assertEquals(List.of("host"), why());
    String left = "PID 4194305 has left it held: that is dead; whoever asks next gets it";
    status("lock       free", left);
    run("doctor").says("dream.lock: PID 4194305 has left it held (dead)", "unlock frees it");
    asked();
    assertEquals(List.of(), why("Nothing keeps it from dreaming"));
    assertFalse(status("lock       free", left).getJsonObject("lock").getBoolean("held"));
  }

  @Test
  void anExpiredLease() throws IOException {
    write("dream-state.json", state(ASK));
    Dreamkeeper keeper = asked();
    await(
        keeper
            .lock()
            .acquire(new AcquireOptions().setOwner("slow").setLease(Duration.ofSeconds(1))));
    assertEquals(List.of("lock"), why("the lock is held by \"slow\", PID ", "cancel asks"));
    until(() -> await(keeper.lock().status()).holder().orElseThrow().expired());
    assertEquals(List.of(), why());
    run("doctor").says("dream.lock: the lease of PID ", " has run out", "unlock frees it");
    JsonObject lock = status("(\"slow\")", "Its lease has run out").getJsonObject("lock");
    assertTrue(lock.getJsonObject("holder").getBoolean("expired"));
    assertTrue(lock.getLong("token") > 0);
  }

  @Test
  void anExpiredLeaseOfADeadHost() throws IOException {
    write("dream-state.json", state(ASK));
    Dreamkeeper keeper = asked();
    await(
        keeper
            .lock()
            .acquire(new AcquireOptions().setOwner("slow").setLease(Duration.ofSeconds(1))));
    String held = Files.readString(base.resolve("dream.lock"));
    until(() -> await(keeper.lock().status()).holder().orElseThrow().expired());
    unserve();
    String pid = Long.toString(ProcessHandle.current().pid());
    write("dream.lock", held.replaceFirst(pid, "4194305").replace(":" + pid, ":4194305"));
    assertEquals(List.of("host"), why());
    assertFalse(
        status("lock       free", "PID 4194305, which is dead, has left it held")
            .getJsonObject("lock")
            .getBoolean("held"));
    JsonArray found = run("status", "--json").project().getJsonArray("found");
    assertTrue(found.encode().contains("\"owner\":\"slow\""), found.encode());
    run("unlock").says("The lock is free: PID 4194305 (\"slow\") had it.");
  }

  @Test
  void aForeignHolderThatGivesNoSignOfLife() throws IOException {
    write("dream-state.json", state(ASK));
    long pid = stranger();
    write("dream.lock", pid + "");
    Files.setLastModifiedTime(base.resolve("dream.lock"), FileTime.fromMillis(NOW - 3_600_000));
    String left = "PID " + pid + " has left it held: it gave no sign of life for too long";
    assertEquals(List.of("host"), why());
    status("lock       free", left);
    asked();
    assertEquals(List.of(), why());
    JsonObject lock = status(left).getJsonObject("lock");
    assertEquals("stale", lock.getJsonObject("left").getString("why"));
  }

  @Test
  void tooSoonAfterTheLastDream() throws IOException {
    JsonObject last = JsonObject.of("lastDreamAt", "2026-01-01T00:00:00.000Z");
    last.put("lastDreamAt", Instant.ofEpochMilli(NOW - 600_000).toString());
    write("dream-state.json", state(last));
    assertEquals(List.of("host", "hours"), why("0.2 h ago, expected at least 12 h", "(in 11 h)"));
    asked("gates", JsonObject.of("minHours", 1));
    assertEquals(List.of("hours"), why("expected at least 1 h", "(in 49 m)"));
    status("gates      closed: hours");
  }

  @Test
  void nothingToDreamAbout() throws IOException {
    write("dream-state.json", state(JsonObject.of("curationsSinceDream", 2)));
    assertEquals(
        List.of("host", "curations"),
        why("2 curations since the last dream", "incrementCurationCount"));
    asked();
    assertEquals(List.of("curations"), why("expected at least 3 or a queued summary"));
  }

  @Test
  void anAgentThatIsBusy() throws IOException {
    write("dream-state.json", state(ASK));
    Dreamkeeper keeper = serve();
    await(keeper.state().gates(JsonObject.of("pendingTasks", 2)));
    assertEquals(List.of("tasks"), why("the worker that asked last, ", "2 tasks are pending"));
    status("skipped 1 time since ");
  }

  @Test
  void dreamsThatFailInARow() throws IOException {
    write("dream-state.json", state(ASK));
    for (int i = 2; i >= 1; i--) {
      JsonObject error = JsonObject.of("completedAt", NOW - i * 1_000L, "error", "no luck");
      String id = "drm-" + (NOW - i * 10_000L);
      write("dream-log/" + id + ".json", entry(id, "error", NOW - i * 10_000L, error));
    }
    assertEquals(List.of("host", "failures"), why("It is over at", "(in 4 m)"));
    asked();
    assertEquals(List.of("failures"), why("a run with force passes this gate"));
    status("2 error");
  }

  @Test
  void aDreamThatWasTakenBack() throws IOException {
    write("dream-state.json", state(ASK));
    JsonObject undone = JsonObject.of("completedAt", NOW - 120_000, "undoneAt", NOW - 60_000);
    String id = "drm-" + (NOW - 130_000);
    write("dream-log/" + id + ".json", entry(id, "undone", NOW - 130_000, undone));
    assertEquals(
        List.of("host", "undone"), why(id + " was taken back ", "(in 11 h)", "with force"));
    asked("gates", JsonObject.of("minHours", 0));
    assertEquals(List.of(), why("Nothing keeps it from dreaming"));
  }

  private void takenBack(long startedAt, long undoneAt) throws IOException {
    JsonObject undone = JsonObject.of("completedAt", startedAt + 1_000, "undoneAt", undoneAt);
    write(
        "dream-log/drm-" + startedAt + ".json",
        entry("drm-" + startedAt, "undone", startedAt, undone));
  }

  /** The newer dream was taken back long ago, the older one just now: a schedule rests. */
  @Test
  void twoDreamsThatWereTakenBack() throws Exception {
    write("dream-state.json", state(ASK));
    takenBack(NOW - DAY, NOW - 60_000);
    takenBack(NOW - DAY + 60_000, NOW - DAY / 2 - 60_000);
    Dreamkeeper keeper = asked();
    CompletableFuture<RunResult<Object>> told = new CompletableFuture<>();
    vertx.runOnContext(
        go ->
            keeper
                .schedule(new RunOptions(), run -> Future.failedFuture("must not be called"))
                .onResult(told::complete));
    DreamGate gate = ((RunResult.Skipped<Object>) told.get(20, TimeUnit.SECONDS)).gate();
    assertEquals("drm-" + (NOW - DAY), ((DreamGate.Undone) gate).logId());
    assertEquals(List.of("undone"), why("drm-" + (NOW - DAY) + " was taken back "));
    JsonObject cause = run("why", "--json").project().getJsonArray("causes").getJsonObject(0);
    assertEquals(
        gate.nextEligibleAt(), Optional.of(cause.getString("nextEligibleAt")).map(Instant::parse));
  }

  @Test
  void aCorruptState() throws IOException {
    write("dream-state.json", state(JsonObject.of("totalDreams", "many")));
    assertEquals(List.of("host"), why());
    status("it is corrupt: /totalDreams");
    asked();
    assertEquals(List.of(), why());
    assertEquals("corrupt", status("it is corrupt").getJsonObject("state").getString("degraded"));
  }

  @Test
  void aNewerState() throws IOException {
    write("dream-state.json", "{\"version\": 7}");
    assertEquals(List.of("host", "state"), why("its version is 7", "Serve it with the version"));
    asked();
    assertEquals(List.of("state"), why("is newer"));
    status("it is newer");
  }

  @Test
  void unreadableEntries() throws IOException {
    write("dream-state.json", state(ASK));
    write("dream-log/drm-5.json", "{");
    write("dream-log/drm-6.json", entry("drm-6", "undone", 6, ASK));
    assertEquals(List.of("host"), why());
    status("2 unreadable files");
    asked();
    assertEquals(List.of(), why());
    assertEquals(2, status("2 unreadable files").getInteger("unreadable"));
    run("log").says("no entries", "2 unreadable files");
  }

  @Test
  void anInterruptedDream() throws IOException {
    sample();
    assertEquals(List.of("host"), why());
    status(
        "drm-1741982400000 was left in the middle; a host ends it as an error when it starts",
        "PID 4194305, which is dead, has left it held; a host frees it when it starts");
    run("log").says("drm-1741982400000  error", "Interrupted");
    asked();
    assertEquals(List.of(), why());
    assertEquals(1, status("1 completed, 1 error").getJsonObject("log").getInteger("error"));
  }

  @Test
  void aHostWithoutWorker() throws IOException {
    write("dream-state.json", state(ASK));
    serve();
    assertEquals(List.of("worker"), why("no worker has asked whether it may dream"));
    assertEquals(null, status("no worker has asked").getString("lastAskedAt"));
  }

  @Test
  void aFrozenDisk() throws IOException {
    write("dream-state.json", state(ASK));
    FaultyDisk disk = new FaultyDisk();
    Dreamkeeper keeper = serveOn(disk.machine());
    await(keeper.state().gates(ASK.copy()));
    CountDownLatch thawed = new CountDownLatch(1);
    FaultyDisk.Hook frozen = name -> hang(thawed);
    disk.on(FaultyDisk.Op.CREATE, frozen);
    Future<?> written = keeper.state().incrementCurationCount();
    try {
      until(() -> why().contains("disk"));
      status("it owes an answer since ");
      assertTrue(status().getJsonObject("store").getString("silentSince").endsWith("Z"));
    } finally {
      thawed.countDown();
    }
    await(written);
    until(() -> why().isEmpty());
  }

  @Test
  void aFrozenDiskThatNobodyServes() throws Exception {
    write("dream-state.json", state(ASK));
    FaultyDisk disk = new FaultyDisk();
    CountDownLatch thawed = new CountDownLatch(1);
    disk.on(FaultyDisk.Op.READ, name -> hang(thawed));
    forTheMoment =
        () -> {
          Vertx moment = Terminal.newVertx();
          StandIns.put(moment, Machine.class, disk.machine());
          return moment;
        };
    try {
      for (String command : List.of("why", "status")) {
        Ran ran = run(command);
        assertEquals(1, ran.code());
        assertEquals("", ran.out());
        assertTrue(ran.err().contains("no answer from the store for 1 s"), ran.err());
      }
    } finally {
      thawed.countDown();
    }
  }

  @Test
  void aDiskThatDoesNotEvenSayWhoServes() throws Exception {
    Process fifo = new ProcessBuilder("mkfifo", base + "/.dreamkeeper.claim").start();
    assertEquals(0, fifo.waitFor());
    Ran ran = run("why", "--json");
    assertEquals(1, ran.code());
    String why = ran.json().getJsonObject("error").getString("message");
    assertEquals(base + ": its disk has not answered for 1 s", why);
  }

  private static void hang(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  @Test
  void aFullDisk() throws IOException, InterruptedException {
    try (Mount mount = Mount.tmpfs(base, "2m")) {
      write("dream-state.json", state(ASK));
      Dreamkeeper keeper = serve();
      await(keeper.state().gates(ASK.copy()));
      byte[] fill = new byte[4096];
      assertThrows(
          IOException.class,
          () -> {
            try (OutputStream out = Files.newOutputStream(mount.at().resolve("fill"))) {
              while (true) {
                out.write(fill);
              }
            }
          });
      assertThrows(Failed.class, () -> await(keeper.state().incrementCurationCount()));
      assertEquals(
          List.of("space", "storage"),
          why("no space is left on the file system of " + base, "No space left on device"));
      status("incrementCurationCount failed, ");
      unserve();
      assertEquals(List.of("host", "space"), why("no space is left"));
    }
  }

  @Test
  void nothingWrong() throws IOException {
    write("dream-state.json", state(ASK));
    asked();
    assertEquals(
        List.of(), why("Nothing keeps it from dreaming", "It is a worker's turn: one asked last "));
    status("gates      open", "a worker asked whether it may dream ");
    assertTrue(status().getJsonObject("gates").getBoolean("open"));
  }
}
