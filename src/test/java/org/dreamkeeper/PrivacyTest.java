package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Texts are private: who may see the files. */
@DisabledOnOs(OS.WINDOWS)
final class PrivacyTest {
  private static final List<String> FILES =
      List.of("dream-state.json", "dream-log/drm-7.json", "dream.lock");

  private final Vertx vertx = Vertx.vertx();
  private final FaultyDisk disk = new FaultyDisk();
  @TempDir Path temporary;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private Path base() {
    return temporary.resolve("above/base");
  }

  private Served serve() {
    ManualTime time = new ManualTime(System.currentTimeMillis());
    return Served.at(vertx, time, disk.machine(), Served.config(base()));
  }

  /** Writes each kind of file, and leaves the lock held. */
  private static void write(Served served) {
    served.ask("state", "incrementCurationCount", null);
    served.ask("log", "save", Calls.entry("completed", Calls.consolidate()));
    for (int i = 0; i < 2; i++) {
      JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject());
      served.ask("lock", "release", null, "token", grant.getLong("token").toString());
    }
    served.ask("lock", "tryAcquire", new JsonObject());
  }

  private Map<String, String> modes() throws IOException {
    Map<String, String> modes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(temporary.resolve("above"))) {
      for (Path each : all.toList()) {
        modes.put(temporary.relativize(each).toString(), mode(each));
      }
    }
    return modes;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void newFilesAndDirectoriesAreTheirOwnersAlone() throws Exception {
    Served served = serve();
    write(served);
    Files.writeString(base().resolve("dream-state.json"), "corrupt");
    mode(base().resolve("dream-state.json"), "rw-------");
    served.ask("state", "incrementCurationCount", null);
    Files.writeString(base().resolve("dream-state.json"), "corrupt again");
    disk.fail(Op.LINK, "Operation not permitted");
    served.ask("state", "incrementCurationCount", null);
    Map<String, String> modes = modes();
    assertTrue(modes.size() > 8, modes::toString);
    modes.forEach(
        (name, mode) ->
            assertEquals(
                Files.isDirectory(temporary.resolve(name)) ? "rwx------" : "rw-------",
                mode,
                name));
  }

  @Test
  void noTemporaryFileIsOpenForAMoment() throws Exception {
    Served served = serve();
    disk.on(
        Op.RENAME,
        name -> {
          try (Stream<Path> all = Files.walk(base())) {
            for (Path each : all.filter(any -> any.toString().endsWith(".tmp")).toList()) {
              assertEquals("rw-------", mode(each), each.toString());
            }
          }
        });
    write(served);
  }

  @Test
  void aFileThatIsReplacedKeepsItsMode() throws Exception {
    Served served = serve();
    write(served);
    for (String mode : List.of("rw-r-----", "rw-rw-r--", "rw-------")) {
      for (String name : FILES) {
        mode(base().resolve(name), mode);
      }
      served.ask("state", "incrementCurationCount", null);
      served.ask("log", "save", Calls.entry("completed", Calls.prune()));
      served.ask("lock", "release", null, "token", holder());
      assertEquals(mode, mode(base().resolve("dream.lock")), "free");
      served.ask("lock", "tryAcquire", new JsonObject());
      for (String name : FILES) {
        assertEquals(mode, mode(base().resolve(name)), name);
      }
    }
  }

  private String holder() throws IOException {
    String lock = Files.readString(base().resolve("dream.lock"));
    return new JsonObject(lock.substring(lock.indexOf('{'))).getLong("token").toString();
  }

  @Test
  void aFileThatIsReplacedKeepsOwnerAndGroupWhereThatIsAllowed() throws Exception {
    Served served = serve();
    write(served);
    for (String name : FILES) {
      Path file = base().resolve(name);
      Assumptions.assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "needs root");
      Files.setAttribute(file, "unix:uid", 4711);
      Files.setAttribute(file, "unix:gid", 4712);
      mode(file, "rw-r-----");
    }
    served.ask("lock", "release", null, "token", holder());
    write(served);
    for (String name : FILES) {
      Map<String, Object> is = Files.readAttributes(base().resolve(name), "unix:uid,gid");
      assertEquals(Map.of("uid", 4711, "gid", 4712), is, name);
      assertEquals("rw-r-----", mode(base().resolve(name)), name);
    }
  }
}
