package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.dreamkeeper.Served;
import org.junit.jupiter.api.Test;

/** A disk that can only be read. */
final class ReadOnlyDiskTest extends RealDisk {
  private static final String READ_ONLY = "Read-only file system";

  @Test
  void writesAreRefusedUntilItIsWritableAgain() throws Exception {
    try (Mount mount = Mount.tmpfs(disk, "2m")) {
      try (Served served = serveFilled()) {
        // The kernel refuses to remount what has a file open for writing, such as the claim.
        try (Mount view = Mount.readOnlyOver(mount.at())) {
          assertEquals(disk, view.at());
          refusesAll(served, READ_ONLY);
        }
        doesAll(served);
      }
    }
  }

  @Test
  void aProjectDoesNotStartOnItAndSaysSoInOneLine() throws Exception {
    try (Mount mount = Mount.tmpfs(disk, "2m")) {
      serveFilled().close();
      mount.remount("ro");
      String message = assertThrows(Served.Failed.class, this::serve).getCause().getMessage();
      assertEquals("STORAGE_FAILED: " + dir + ": " + READ_ONLY, message);
      dir = disk.resolve("new");
      message = assertThrows(Served.Failed.class, this::serve).getCause().getMessage();
      assertEquals("STORAGE_FAILED: " + dir + ": " + READ_ONLY, message);
      mount.remount("rw");
      dir = disk.resolve("base");
      try (Served served = serve()) {
        readsAll(served);
        doesAll(served);
      }
    }
  }
}
