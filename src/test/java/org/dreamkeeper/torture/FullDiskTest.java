package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.Test;

/** A disk without room: a small one in memory, filled to the last byte. */
final class FullDiskTest extends RealDisk {
  private static final String SIZE = "2m";

  @Test
  void writesAreRefusedUntilThereIsRoom() throws Exception {
    try (Mount mount = Mount.tmpfs(disk, SIZE)) {
      try (Served served = serveFilled()) {
        fill(mount, 0);
        refusesAll(served, NO_ROOM);
        makeRoom(mount);
        doesAll(served);
      }
    }
  }

  @Test
  void whatFitsIsWrittenAndWhatDoesNotLeavesNothingBehind() throws Exception {
    try (Mount mount = Mount.tmpfs(disk, SIZE)) {
      try (Served served = serveFilled()) {
        fill(mount, 64 << 10);
        JsonObject large = Calls.entry("completed", Calls.consolidate()).put("id", "drm-9");
        large.put("taskId", "x".repeat(200_000));
        for (int i = 1; i <= 3; i++) {
          Map<String, String> before = files();
          assertEquals(
              FailureCode.STORAGE_FAILED.code(),
              served.refused("log", "save", large).failureCode());
          assertEquals(before, files());
          assertEquals(
              3 + i,
              served
                  .ask("state", "incrementCurationCount", null)
                  .getInteger("curationsSinceDream"));
        }
      }
    }
  }

  @Test
  void aHolderCanEndItsDreamOnAFullDisk() throws Exception {
    try (Mount mount = Mount.tmpfs(disk, SIZE)) {
      try (Served served = serveFilled()) {
        String token = acquire(served);
        fill(mount, 0);
        served.ask("lock", "rollback", null, "token", token);
        assertFalse(served.ask("lock", "status", null).getBoolean("held"));
        readsAll(served);
      }
    }
  }

  @Test
  void aProjectStartsOnADiskThatIsFull() throws Exception {
    try (Mount mount = Mount.tmpfs(disk, SIZE)) {
      try (Served served = serveFilled()) {
        served.ask("log", "save", Calls.entry("processing", Calls.prune()).put("id", "drm-6"));
        served.ask("log", "list", null);
      }
      fill(mount, 0);
      try (Served again = serve()) {
        assertEquals(2, again.ask("log", "list", null).getJsonArray("entries").size());
        assertEquals(Calls.state(), again.ask("state", "read", null));
      }
    }
  }

  @Test
  void aNewProjectOnAFullDiskIsToldSoInOneLine() throws Exception {
    try (Mount mount = Mount.tmpfs(disk, SIZE)) {
      fill(mount, 0);
      dir = disk.resolve("base");
      String message = assertThrows(Served.Failed.class, this::serve).getCause().getMessage();
      assertEquals("STORAGE_FAILED: " + dir + ": " + NO_ROOM, message);
      makeRoom(mount);
      try (Served served = serve()) {
        assertTrue(served.ask("state", "read", null).containsKey("version"));
      }
    }
  }

  /** Fills the disk, but for so many bytes. */
  private static void fill(Mount mount, int room) throws IOException {
    Path filler = mount.at().resolve("filler");
    ByteBuffer block = ByteBuffer.allocate(4096);
    try (FileChannel channel =
        FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (true) {
        channel.write(block.clear());
      }
    } catch (IOException full) {
      assertEquals(NO_ROOM, full.getMessage());
    }
    try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - room);
    }
  }

  private static void makeRoom(Mount mount) throws IOException {
    Files.delete(mount.at().resolve("filler"));
  }
}
