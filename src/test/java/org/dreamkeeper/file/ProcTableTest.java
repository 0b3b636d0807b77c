package org.dreamkeeper.file;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Processes.Identity;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who counts as dead, by a process table as a machine may show it. */
final class ProcTableTest {
  private static final long PID = 5150;
  private static final String STAT = "%d (a) name) %s" + " 0".repeat(18) + " %d 0 0\n";

  private final Vertx vertx = Vertx.vertx();

  @TempDir Path dir;
  private Path proc;

  @BeforeEach
  void mount() throws IOException {
    proc = dir.resolve("proc");
    write("self/stat", "");
    mounted("rw");
    write("sys/kernel/random/boot_id", "boot-1\n");
    write("sys/kernel/hostname", "laptop\n");
    runs(ProcessHandle.current().pid(), "R", 100);
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(proc.resolve(name).getParent());
    Files.writeString(proc.resolve(name), text);
  }

  private void mounted(String options) throws IOException {
    write("self/mountinfo", "23 28 0:21 / /proc rw,nosuid shared:12 - proc proc " + options + "\n");
  }

  private void runs(long pid, String state, long ticks) throws IOException {
    write(pid + "/stat", STAT.formatted(pid, state, ticks));
  }

  /** There is something, but it cannot be read: no right, no descriptor, no memory. */
  private void unreadable(String name) throws IOException {
    Files.deleteIfExists(proc.resolve(name));
    Files.createDirectories(proc.resolve(name));
  }

  /** Whether the lock is free to take, when the file names the PID. */
  private boolean free() throws IOException {
    Path base = Files.createDirectories(dir.resolve("base"));
    Files.writeString(base.resolve("dream.lock"), Long.toString(PID));
    ManualTime time = new ManualTime(System.currentTimeMillis());
    Machine machine = new Machine(NioDisk.INSTANCE, Machine.REAL.writer(), new ProcTable(proc));
    try (Served served = Served.at(vertx, time, machine, Served.config(base))) {
      return served.ask("lock", "tryAcquire", new JsonObject()).getBoolean("acquired");
    }
  }

  @Test
  void noSuchProcessIsDeath() throws IOException {
    assertTrue(free());
  }

  @ParameterizedTest
  @CsvSource({"R, false", "S, false", "D, false", "T, false", "Z, true", "X, true"})
  void aProcessThatIsSeenLivesUnlessItIsAZombie(String state, boolean free) throws IOException {
    runs(PID, state, 1);
    assertEquals(free, free());
  }

  @Test
  void whatCannotBeReadIsNotDeath() throws IOException {
    unreadable(PID + "/stat");
    assertFalse(free());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5150 (a", "5150 (a) R 1 2 3"})
  void whatIsCutShortIsNotDeath(String stat) throws IOException {
    write(PID + "/stat", stat);
    assertFalse(free());
  }

  @ParameterizedTest
  @CsvSource({
    "hidepid=2, false",
    "'gid=4,hidepid=invisible', false",
    "hidepid=ptraceable, false",
    "hidepid=noaccess, true",
    "hidepid=1, true",
    "hidepid=0, true"
  })
  void whereProcessesAreHiddenNotToSeeOneIsNotDeath(String options, boolean free)
      throws IOException {
    mounted("rw," + options);
    assertEquals(free, free());
  }

  @Test
  void whereNobodySaysWhatIsHiddenNotToSeeOneIsNotDeath() throws IOException {
    unreadable("self/mountinfo");
    assertFalse(free());
  }

  private boolean lives(String start, String namespace, String user) {
    return new ProcTable(proc).alive(new Identity(PID, start, namespace, user, "elsewhere"));
  }

  @Test
  void aProcessThatNamedItselfIsToldFromALaterOneByItsStart() throws IOException {
    assertFalse(lives("boot-1/7", "", ""));
    runs(PID, "S", 7);
    assertTrue(lives("boot-1/7", "", ""));
    assertFalse(lives("boot-1/8", "", ""), "reused");
    assertFalse(lives("boot-0/7", "", ""), "before the machine was booted");
    assertFalse(lives("boot-1/7", "pid:[1]", ""), "of another container");
    runs(PID, "Z", 7);
    assertFalse(lives("boot-1/7", "", ""));
    unreadable(PID + "/stat");
    assertTrue(lives("boot-1/7", "", ""), "nobody knows");
    assertFalse(lives("boot-0/7", "", ""), "before the machine was booted, whatever it is now");
  }

  @Test
  void ourOwnUsersProcessesAreNeverHiddenFromUs() throws IOException {
    mounted("rw,hidepid=invisible");
    String user = new ProcTable(proc).self().user();
    assertFalse(lives("boot-1/7", "", user));
    assertTrue(lives("boot-1/7", "", user + "0"));
  }

  @Test
  void theHostsNameIsReadAndNotLookedUp() {
    assertEquals("laptop", new ProcTable(proc).self().host());
    assertEquals("boot-1/100", new ProcTable(proc).self().start());
  }
}
