package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A PID alone in the file: held while its process lives and is not stale. */
final class ForeignHolderTest extends LockScenario {

  @Test
  void aLiveForeignProcessHoldsIt() {
    Process foreigner = foreigner();
    write(Long.toString(foreigner.pid()), Instant.now());
    time.setMillis(System.currentTimeMillis());
    serve();
    JsonObject refused = acquire();
    assertFalse(refused.getBoolean("acquired"));
    JsonObject holder = refused.getJsonObject("holder");
    assertEquals(foreigner.pid(), holder.getLong("pid"));
    assertTrue(holder.getBoolean("foreign"));
    assertEquals(modified().toEpochMilli() + 1_800_000, holder.getLong("expiresAt"));
    assertEquals(Long.toString(foreigner.pid()), content());
  }

  @Test
  void aDeadOneIsFreeAtOnce() throws Exception {
    long pid = nobody();
    Instant sign = Instant.parse("2026-11-01T00:00:00.5Z");
    write(pid + "\n", sign);
    serve();
    assertFalse(status().getBoolean("held"));
    JsonObject grant = acquire();
    assertTrue(grant.getBoolean("acquired"));
    assertEquals(sign.toEpochMilli(), grant.getLong("priorMtime"));
    assertEquals(
        new JsonObject().put("pid", pid).put("foreign", true).put("why", "dead"),
        grant.getJsonObject("reclaimed"));
  }

  @Test
  void aHolderThatComesDuringTheLookIsNotTakenForAsOldAsTheFreeFile() throws Exception {
    String pid = Long.toString(foreigner().pid());
    write("", Instant.now().minusSeconds(7_200));
    FaultyDisk disk = new FaultyDisk();
    serve(new JsonObject(), disk.machine());
    disk.on(
        Op.READ,
        name -> {
          disk.heal();
          Path next = Files.writeString(dir.resolve("next"), pid);
          Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
        });
    assertFalse(acquire().getBoolean("acquired"));
    assertEquals(pid, content());
  }

  @Test
  void aLargeFileWithoutAPidIsFree() {
    write("x".repeat(2 << 20), Instant.parse("2026-11-01T00:00:00.5Z"));
    serve();
    assertFalse(status().getBoolean("held"));
    assertTrue(acquire().getBoolean("acquired"));
  }

  @Test
  void aLargeFileThatBeginsWithAPidIsThatProcesses() {
    Process foreigner = foreigner();
    write(foreigner.pid() + " ".repeat(2 << 20), Instant.now());
    serve();
    assertEquals(foreigner.pid(), acquire().getJsonObject("holder").getLong("pid"));
  }

  @Test
  void aStaleOneIsPushedOutThoughItLives() {
    seize(foreigner());
    serve();
    time.advance(1_799_000);
    assertFalse(acquire().getBoolean("acquired"));
    time.advance(2_000);
    assertEquals("stale", acquire().getJsonObject("reclaimed").getString("why"));
  }

  @Test
  void aStampInTheFutureIsNoSignOfLife() {
    write(Long.toString(foreigner().pid()), Instant.parse("2099-01-01T00:00:00Z"));
    serve();
    long seen = time.millis();
    time.advance(1_000);
    JsonObject holder = status().getJsonObject("holder");
    assertEquals(seen, holder.getLong("acquiredAt"));
    assertEquals(seen + 1_800_000, holder.getLong("expiresAt"));
    time.advance(1_799_000);
    JsonObject grant = acquire();
    assertEquals("stale", grant.getJsonObject("reclaimed").getString("why"));
    assertEquals(0, grant.getLong("priorMtime"), "nor the time of a dream");
  }

  @Test
  void aHolderThatIsKnownDoesNotAgeByAStepOfTheClock() {
    write(Long.toString(foreigner().pid()), now());
    serve();
    assertFalse(acquire().getBoolean("acquired"));
    time.setMillis(time.millis() + 3_600_000);
    assertFalse(acquire().getBoolean("acquired"));
    time.setMillis(time.millis() - 7_200_000);
    time.advance(1_799_999);
    assertFalse(acquire().getBoolean("acquired"));
    time.advance(1);
    assertEquals("stale", acquire().getJsonObject("reclaimed").getString("why"));
  }

  @ParameterizedTest
  @MethodSource("beyond")
  void aStampBeyondAllTimeStopsNothing(Instant stamp) {
    write(Long.toString(ProcessHandle.current().pid()), now());
    serve(new JsonObject().put("foreignPids", "age"), stamping(stamp));
    status();
    time.advance(1_800_000);
    JsonObject grant = acquire();
    assertEquals("stale", grant.getJsonObject("reclaimed").getString("why"));
    assertEquals(0, grant.getLong("priorMtime"));
    served.ask("lock", "rollback", null, "token", grant.getLong("token").toString());
  }

  @ParameterizedTest
  @MethodSource("beyond")
  void aFreeLockStampedBeyondAllTimeTellsOfNoDream(Instant stamp) {
    write("", now());
    serve(new JsonObject(), stamping(stamp));
    assertEquals(0, status().getLong("lastCompletedAt"));
    JsonObject grant = acquire();
    assertEquals(0, grant.getLong("priorMtime"));
    served.ask("lock", "rollback", null, "token", grant.getLong("token").toString());
    assertEquals(0, status().getLong("lastCompletedAt"));
  }

  static List<Instant> beyond() {
    return List.of(
        Instant.MIN,
        Instant.parse("-292278995-01-01T00:00:00Z"),
        Instant.parse("1600-01-01T00:00:00Z"),
        Instant.parse("2500-01-01T00:00:00Z"),
        Instant.parse("+292278995-01-01T00:00:00Z"),
        Instant.MAX);
  }

  /** A disk on which a lock that is no record of ours has this mtime, as some file systems keep. */
  private Machine stamping(Instant stamp) {
    Machine real = Machine.REAL;
    Disk disk =
        (Disk)
            Proxy.newProxyInstance(
                Disk.class.getClassLoader(),
                new Class<?>[] {Disk.class},
                (proxy, method, arguments) -> {
                  try {
                    Object result = method.invoke(real.disk(), arguments);
                    return method.getName().equals("stat") && arguments[0].equals(file())
                        ? ((Optional<?>) result).map(stat -> stamped((FileStat) stat, stamp))
                        : result;
                  } catch (InvocationTargetException failure) {
                    throw failure.getCause();
                  }
                });
    return new Machine(disk, real.writer(), real.processes());
  }

  private FileStat stamped(FileStat stat, Instant stamp) {
    return content().contains("{")
        ? stat
        : new FileStat(stat.regular(), stat.directory(), stat.size(), stamp, stat.key());
  }

  @Test
  void aProcessThatSeemsYoungerThanItsLockHoldsItUntilItIsStale() {
    // The PID was reused, or the clock has stepped: nobody can tell.
    seize(foreigner());
    time.setMillis(time.millis() + 600_000);
    serve();
    assertFalse(acquire().getBoolean("acquired"));
    time.advance(1_201_000);
    assertEquals("stale", acquire().getJsonObject("reclaimed").getString("why"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aZombieIsDead() throws IOException {
    Process parent = foreign("sh", "-c", "sleep 0.01 & echo $!; exec sleep 600");
    String pid;
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      pid = out.readLine();
    }
    until(() -> isZombie(pid));
    write(pid, Instant.now());
    serve();
    assertEquals("dead", acquire().getJsonObject("reclaimed").getString("why"));
  }

  private static boolean isZombie(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
    } catch (IOException gone) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%d", "%d\n", "%d {\"token\":1,\"inst"})
  void ourOwnPidAloneIsNobodysSignOfLife(String content) {
    long pid = ProcessHandle.current().pid();
    write(String.format(content, pid), Instant.now());
    serve();
    assertFalse(status().getBoolean("held"));
    JsonObject dead = new JsonObject().put("pid", pid).put("foreign", true).put("why", "dead");
    assertEquals(dead, acquire().getJsonObject("reclaimed"));
  }

  @Test
  void byAgeOurOwnPidAloneHoldsItLikeAnyOther() {
    write(Long.toString(ProcessHandle.current().pid()), now());
    serve(new JsonObject().put("foreignPids", "age"));
    assertFalse(acquire().getBoolean("acquired"));
    time.advance(1_800_000);
    assertEquals("stale", acquire().getJsonObject("reclaimed").getString("why"));
  }

  @Test
  void processOneIsAlive() {
    write("1", Instant.now());
    serve();
    assertFalse(acquire().getBoolean("acquired"));
  }

  @Test
  void byAgeThePidSaysNothing() throws Exception {
    write(Long.toString(nobody()), Instant.now());
    serve(new JsonObject().put("foreignPids", "age"));
    assertFalse(acquire().getBoolean("acquired"));
    time.advance(1_801_000);
    assertEquals("stale", acquire().getJsonObject("reclaimed").getString("why"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x1", "0", "-5", "{}", "\n\n", "000"})
  void whatParseIntReadsNoPidFromIsFree(String content) {
    write(content, Instant.parse("2026-11-01T00:00:00Z"));
    serve();
    JsonObject grant = acquire();
    assertTrue(grant.getBoolean("acquired"));
    assertFalse(grant.containsKey("reclaimed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%d", "  %d", "\ufeff%d", "\n%d\n", "+%d", "00%d", "%dabc", "%d {\"token\":1}"})
  void whatParseIntReadsAPidFromIsHeld(String content) {
    write(String.format(content, foreigner().pid()), Instant.now());
    serve();
    assertFalse(acquire().getBoolean("acquired"));
  }

  @Test
  void aPidThatNoProcessCanHaveIsDead() {
    write("9".repeat(40), Instant.now());
    serve();
    assertTrue(acquire().getBoolean("acquired"));
  }

  @Test
  void whoWaitsIsServedWhenTheForeignProcessIsGone() throws Exception {
    Process foreigner = foreigner();
    seize(foreigner);
    serve();
    Future<Message<JsonObject>> waiting =
        served.send("lock", "tryAcquire", new JsonObject().put("waitMs", 60_000));
    until(() -> status().getInteger("waiting") == 1);
    foreigner.destroyForcibly().waitFor();
    time.advance(1_000);
    assertTrue(Served.await(waiting).body().getBoolean("acquired"));
  }
}
