package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.Processes;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the claim is on, and what its numbers promise. */
final class ClaimTest {
  private static final String CLAIM = ".dreamkeeper.claim";
  private static final JsonObject ONE = new JsonObject().put("by", 1);

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());

  @TempDir Path temporary;
  private Path dir;
  private Path base;

  @BeforeEach
  void make() throws IOException {
    dir = temporary.toRealPath();
    base = dir.resolve("base");
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Served serve(String address, Path directory) {
    JsonObject config = Served.config(directory).put("address", address);
    return Served.at(vertx, time, Machine.REAL, config);
  }

  private static int curations(Served served) {
    return served.ask("state", "read", null).getInteger("curationsSinceDream");
  }

  private static String state(Path directory) throws IOException {
    return Files.readString(directory.resolve("dream-state.json"));
  }

  @Test
  void aLinkThatIsTurnedLeadsNobodyIntoAnothersDirectory() throws IOException {
    Path other = Files.createDirectories(dir.resolve("other"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), Files.createDirectory(base));
    try (Served a = serve("a", link);
        Served b = serve("b", other)) {
      b.ask("state", "incrementCurationCount", new JsonObject().put("by", 100));
      Files.delete(link);
      Files.createSymbolicLink(link, other);
      a.ask("state", "incrementCurationCount", ONE);
      a.ask("lock", "tryAcquire", null);
      assertEquals(100, curations(b));
      assertEquals(1, curations(a), "it serves what the link led to at the start");
      assertTrue(state(base).contains("\"curationsSinceDream\": 1"));
      assertFalse(b.ask("lock", "status", null).getBoolean("held"));
    }
  }

  @Test
  void whatStandsInTheDirectorysPlaceIsNotWrittenInto() throws IOException {
    try (Served a = serve("a", base)) {
      a.ask("state", "incrementCurationCount", ONE);
      Path away = Files.move(base, dir.resolve("away"));
      Files.createDirectory(base);
      try (Served b = serve("b", base)) {
        b.ask("state", "incrementCurationCount", new JsonObject().put("by", 100));
        a.refused("state", "incrementCurationCount", ONE);
        assertEquals(503, a.refused("state", "read", null).failureCode());
        assertEquals(503, a.refused("log", "nextId", null).failureCode());
        assertEquals(503, a.refused("lock", "tryAcquire", null).failureCode());
        assertEquals(100, curations(b));
        assertTrue(state(away).contains("\"curationsSinceDream\": 1"));
      }
    }
  }

  /** So it looks, too, when a new directory gets the number of one that was deleted. */
  @Test
  void aDirectoryWhoseClaimFileIsGoneIsServedByWhoComesNext() throws IOException {
    try (Served a = serve("a", base)) {
      a.ask("state", "incrementCurationCount", ONE);
      Files.delete(base.resolve(".dreamkeeper.claim"));
      try (Served b = serve("b", base)) {
        assertEquals(1, curations(b));
        assertEquals(503, a.refused("lock", "tryAcquire", null).failureCode());
        Served.Failed inUse = assertThrows(Served.Failed.class, () -> serve("c", base).close());
        assertTrue(inUse.getMessage().contains("DIRECTORY_IN_USE"), inUse.getMessage());
      }
      serve("b", base).close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDirectoryThatWasAwayCanBeServedAgain(boolean undeployedBefore) throws IOException {
    Served a = serve("a", base);
    a.ask("state", "incrementCurationCount", ONE);
    Path away = Files.move(base, dir.resolve("away"));
    a.refused("state", "incrementCurationCount", ONE);
    assertFalse(Files.exists(base), "nothing is made in its place");
    Files.move(away, base);
    if (undeployedBefore) {
      a.close();
    }
    try (Served b = serve("b", base)) {
      assertEquals(1, curations(b));
      b.ask("state", "incrementCurationCount", ONE);
      if (!undeployedBefore) {
        assertEquals(503, a.refused("state", "read", null).failureCode());
        a.close();
      }
      assertEquals(2, curations(b));
    }
  }

  @Test
  void aCopyOfAServedDirectoryCanBeServed() throws Exception {
    Process living = new ProcessBuilder("sleep", "600").start();
    try (Served served = serve("a", base)) {
      served.ask("state", "incrementCurationCount", ONE);
      Path copy = dir.resolve("copy");
      try (Stream<Path> files = Files.walk(base)) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(base.relativize(file)));
        }
      }
      // As another process sees it, to whom the one that serves the original is a stranger.
      Processes real = Machine.REAL.processes();
      Machine other =
          new Machine(Machine.REAL.disk(), Machine.REAL.writer(), as(living.pid(), real));
      JsonObject config = Served.config(copy).put("address", "b");
      try (Served b = Served.at(vertx, time, other, config)) {
        assertEquals(1, curations(b));
      }
      assertEquals(1, curations(served));
    } finally {
      living.destroyForcibly();
    }
  }

  private static Processes as(long pid, Processes real) {
    Processes.Identity own = real.self();
    return new Processes() {
      @Override
      public Identity self() {
        return new Identity(pid, "start", own.namespace(), own.user(), own.host());
      }

      @Override
      public boolean alive(long asked) {
        return real.alive(asked);
      }

      @Override
      public boolean alive(Identity other) {
        return real.alive(other);
      }
    };
  }

  private static long token(Served served) {
    return served.ask("lock", "tryAcquire", null).getLong("token");
  }

  @Test
  void tokensGoOnAboveThoseInTheLogWhenTheClaimFileIsGone() throws IOException {
    long last;
    try (Served served = serve("a", base)) {
      last = token(served);
      String id = served.ask("log", "nextId", null).getString("id");
      JsonObject entry =
          Calls.bareEntry(id, time.millis(), "completed").put("completedAt", time.millis());
      served.ask("log", "save", entry, "token", Long.toString(last));
    }
    // Far ahead of what a clock would give.
    long carried = ((1L << 32) - 7) << 20;
    try (Stream<Path> entries = Files.list(base.resolve("dream-log"))) {
      Path entry = entries.findFirst().orElseThrow();
      String text = Files.readString(entry);
      Files.writeString(entry, text.replace(Long.toString(last), Long.toString(carried)));
    }
    Files.delete(base.resolve(CLAIM));
    try (Served served = serve("a", base)) {
      last = token(served);
      assertTrue(last > carried && last < 1L << 53, Long.toString(last));
    }
    try (Served served = serve("a", base)) {
      assertTrue(token(served) > last);
    }
  }

  @Test
  void tokensGoOnAboveThatOfALockThatWasLeftWhenTheClaimFileIsGone() throws IOException {
    long carried = ((1L << 32) - 7) << 20;
    try (Served served = serve("a", base)) {
      long token = token(served);
      String lock = Files.readString(base.resolve("dream.lock"));
      Files.createDirectory(dir.resolve("left"));
      Files.writeString(
          dir.resolve("left/dream.lock"),
          lock.replace(Long.toString(token), Long.toString(carried)));
    }
    try (Served served = serve("a", dir.resolve("left"))) {
      assertTrue(token(served) > carried);
    }
  }

  @Test
  void aClockThatWasSetBackDoesNotTakeTheFirstEpochBack() throws IOException {
    serve("a", base).close();
    Files.delete(base.resolve(CLAIM));
    // What was last written here was written at a time that is not yet.
    long ahead = System.currentTimeMillis() + 31_536_000_000L;
    Files.setLastModifiedTime(base, FileTime.fromMillis(ahead));
    try (Served served = serve("a", base)) {
      assertTrue(token(served) > (ahead / 1000) << 20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1999-01-01T00:00:00Z", "2300-01-01T00:00:00Z"})
  void aTimeThatCannotBeBeginsNoEpoch(String touched) throws IOException {
    Files.createDirectories(base);
    Files.setLastModifiedTime(base, FileTime.from(Instant.parse(touched)));
    try (Served served = serve("a", base)) {
      long token = token(served);
      assertTrue(token >= (System.currentTimeMillis() / 1000) << 20 && token < 1L << 52);
    }
  }

  @Test
  void aTokenThatNobodyCanGoOnFromIsNotCountedFrom() throws IOException {
    Files.createDirectories(base.resolve("dream-log"));
    JsonObject entry =
        Calls.bareEntry("drm-5", 5, "completed")
            .put("completedAt", 6)
            .put("lockToken", (1L << 53) - 1);
    Files.writeString(base.resolve("dream-log/drm-5.json"), entry.encode());
    try (Served served = serve("a", base)) {
      assertTrue(token(served) < 1L << 52);
    }
  }

  @Test
  void tokensAndRevisionsDoNotRepeatWhenTheClaimFileIsDeletedTimeAndAgain() throws IOException {
    Set<Object> seen = new HashSet<>();
    int starts = 0;
    for (int round = 0; round < 3; round++) {
      for (int start = 0; start < 12; start++) {
        try (Served served = serve("a", base)) {
          starts++;
          seen.add(token(served));
          var reply = await(served.send("state", "incrementCurationCount", ONE));
          seen.add(reply.headers().get("revision"));
        }
      }
      Files.delete(base.resolve(CLAIM));
    }
    assertEquals(2 * starts, seen.size());
  }

  /** An earlier host's record, as it stands in the file. */
  private void claimed(JsonObject record) throws IOException {
    String json = record.encode();
    CRC32 crc = new CRC32();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    Files.createDirectories(base);
    Files.writeString(base.resolve(CLAIM), json + " " + Long.toHexString(crc.getValue()));
  }

  @ParameterizedTest
  @ValueSource(longs = {-5, 0, 10_413_792_000L, (1L << 33) - 1, Long.MAX_VALUE})
  void anEpochThatCannotBeGoneOnFromIsBegunAnew(long epoch) throws IOException {
    claimed(new JsonObject().put("epoch", epoch).put("released", true));
    try (Served served = serve("a", base)) {
      long token = token(served);
      assertTrue(token > 1_577_836_800L << 20 && token < 1L << 52, Long.toString(token));
      String id = served.ask("log", "nextId", null).getString("id");
      JsonObject entry = Calls.bareEntry(id, time.millis(), "processing");
      served.ask("log", "save", entry, "token", Long.toString(token));
      JsonObject saved = served.ask("log", "getById", new JsonObject().put("id", id));
      assertEquals(token, saved.getLong("lockToken"));
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aClaimFileThatCannotBeOpenedIsNamedWithItsOwnerAndWhatMendsIt() throws IOException {
    serve("a", base).close();
    FaultyDisk disk = new FaultyDisk();
    disk.on(
        FaultyDisk.Op.OPEN,
        name -> {
          throw new AccessDeniedException(base.resolve(name).toString());
        });
    Processes stranger = as(1, Machine.REAL.processes());
    String owner = Files.getOwner(base.resolve(CLAIM)).toString();
    assertEquals(
        "STORAGE_FAILED: %s: %1$s/%s cannot be opened: its mode forbids it. Try: chmod u+rw '%1$s/%2$s'"
            .formatted(base, CLAIM),
        refusal(disk, stranger));
    assertEquals(
        "STORAGE_FAILED: %s: %1$s/%s cannot be opened: it is %s's. Try: sudo chown $(id -u) '%1$s/%2$s'"
            .formatted(base, CLAIM, owner),
        refusal(disk, of("nobody", stranger)));
  }

  private static Processes of(String user, Processes processes) {
    Processes.Identity self = processes.self();
    Processes.Identity other =
        new Processes.Identity(self.pid(), self.start(), self.namespace(), user, self.host());
    return new Processes() {
      @Override
      public Identity self() {
        return other;
      }

      @Override
      public boolean alive(long pid) {
        return processes.alive(pid);
      }

      @Override
      public boolean alive(Identity named) {
        return processes.alive(named);
      }
    };
  }

  private String refusal(FaultyDisk disk, Processes processes) {
    Machine machine = new Machine(disk, Machine.REAL.writer(), processes);
    Throwable refused =
        assertThrows(
                Served.Failed.class, () -> Served.at(vertx, time, machine, Served.config(base)))
            .getCause();
    return refused.getMessage();
  }

  @Test
  void aClaimFileThatIsALinkIsNamed() throws IOException {
    Files.createDirectories(base);
    Files.createSymbolicLink(base.resolve(CLAIM), Path.of("/dev/null"));
    assertEquals(
        "STORAGE_FAILED: %s: %1$s/%s is not a regular file".formatted(base, CLAIM),
        refusal(new FaultyDisk(), Machine.REAL.processes()));
  }
}
