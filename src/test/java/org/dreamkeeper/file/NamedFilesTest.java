package org.dreamkeeper.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.file.VersionReader.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files by name: whole whatever breaks, and never taken for unchanged when they are not. */
final class NamedFilesTest {
  private static final String NAME = "drm-1.json";
  private static final long EPOCH = 7;

  private final FaultyDisk disk = new FaultyDisk();

  @TempDir Path temporary;
  private Path base;
  private Path log;
  private DirectoryClaim claim;
  private NamedFiles files;

  @BeforeEach
  void claim() throws IOException {
    base = temporary.toRealPath();
    log = base.resolve("dream-log");
    claim = new Claimant(disk, base, "test", Contact.NONE, ProcTable.INSTANCE).claim();
    files = files(true);
  }

  private NamedFiles files(boolean sync) {
    return new ClaimedDirectory(disk, base, claim, new Temporaries(EPOCH), sync).files("dream-log");
  }

  @AfterEach
  void release() throws IOException {
    disk.heal();
    claim.release();
  }

  private FileStat write(String text) throws IOException {
    FileStat stat = files.publish(files.prepare(NAME, text.getBytes(UTF_8)));
    files.syncDirectory();
    return stat;
  }

  private String text() throws IOException {
    return new String(read().bytes(), UTF_8);
  }

  private Content read() throws IOException {
    return files.read(NAME, 1 << 20).orElseThrow();
  }

  /** Makes a file old enough for its stat to prove something. */
  private void age() throws IOException {
    Files.setLastModifiedTime(log.resolve(NAME), FileTime.from(Instant.now().minusSeconds(10)));
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "STAT", "RENAME"})
  void aReplacementThatFailsLeavesTheOldContentAndNothingElse(Op op) throws IOException {
    write("old");
    disk.fail(op, "I/O error");
    assertThrows(IOException.class, () -> write("new"));
    disk.heal();
    assertEquals("old", text());
    assertEquals(List.of(NAME), files.list());
  }

  @Test
  void whereOnlyTheSyncOfTheDirectoryFailsTheNewContentStandsAndThatIsToldApart()
      throws IOException {
    write("old");
    disk.fail(Op.SYNC_DIRECTORY, "I/O error");
    UnsyncedException unsynced = assertThrows(UnsyncedException.class, () -> write("new"));
    assertEquals("I/O error", DiskFailure.reason(unsynced));
    disk.heal();
    assertEquals("new", text());
  }

  @Test
  void theNameOfADirectoryThatIsMadeIsSyncedBeforeWhatIsInItUntilThatSucceeds() throws IOException {
    List<String> synced = new ArrayList<>();
    disk.on(
        Op.SYNC_DIRECTORY,
        name -> {
          synced.add(name);
          if (synced.size() == 1) {
            throw new IOException("I/O error");
          }
        });
    assertThrows(UnsyncedException.class, () -> write("1"));
    write("2");
    write("3");
    String parent = base.getFileName().toString();
    assertEquals(List.of(parent, parent, "dream-log", "dream-log"), synced);
  }

  @Test
  void withoutSyncsNothingIsSynced() throws IOException {
    disk.fail(Op.SYNC_DIRECTORY, "not asked for");
    files = files(false);
    write("1");
    assertEquals("1", text());
  }

  @Test
  void aLinkInTheDirectorysPlaceIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(base.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve(NAME), "not ours");
    Files.createSymbolicLink(log, elsewhere);
    String reason = "dream-log is not a directory, and links are not followed";
    for (Executing each : List.<Executing>of(this::text, files::list, () -> write("1"))) {
      IOException refused = assertThrows(IOException.class, each::run);
      assertEquals(reason, DiskFailure.reason(refused));
    }
    assertThrows(IOException.class, () -> files.delete(NAME));
    assertEquals("not ours", Files.readString(elsewhere.resolve(NAME)));
  }

  private interface Executing {
    Object run() throws IOException;
  }

  @Test
  void nothingIsWrittenIntoAnotherDirectoryThanTheClaimedOne() throws IOException {
    Path away = Files.move(base, base.resolveSibling("away"));
    try {
      IOException refused = assertThrows(IOException.class, () -> write("1"));
      assertEquals(base + " was deleted", DiskFailure.reason(refused));
      assertFalse(Files.exists(base));
    } finally {
      Files.move(away, base);
    }
  }

  @Test
  void whatIsReplacedWhileItIsReadIsReadWholeButItsStatProvesNothing() throws IOException {
    write("old");
    age();
    assertTrue(read().proves());
    List<String> reads = new ArrayList<>();
    disk.on(
        Op.READ,
        name -> {
          if (reads.isEmpty()) {
            reads.add(name);
            write("new");
          }
        });
    Content content = read();
    assertArrayEquals("new".getBytes(UTF_8), content.bytes());
    assertFalse(content.proves());
  }

  @Test
  void whatIsEditedInPlaceWhileItIsReadIsReadAgain() throws IOException {
    write("old");
    List<String> reads = new ArrayList<>();
    disk.on(
        Op.READ,
        name -> {
          reads.add(name);
          if (reads.size() < 3) {
            Files.writeString(log.resolve(name), "edit" + "!".repeat(reads.size()));
          }
        });
    assertEquals("edit!!", text());
    assertEquals(3, reads.size());
  }

  @Test
  void whatIsEditedAllTheTimeIsGivenUp() throws IOException {
    write("");
    disk.on(Op.READ, name -> Files.writeString(log.resolve(name), text(log.resolve(name)) + "x"));
    IOException refused = assertThrows(IOException.class, this::read);
    assertEquals("changes faster than it can be read", DiskFailure.reason(refused));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  @Test
  void aFileThatIsTooLargeOrNoFileIsRefused() throws IOException {
    write("12345");
    assertEquals(5, files.read(NAME, 5).orElseThrow().bytes().length);
    IOException large = assertThrows(IOException.class, () -> files.read(NAME, 4));
    assertEquals("has more than 4 bytes; raise maxBytes", DiskFailure.reason(large));
    Files.createDirectory(log.resolve("drm-2.json"));
    IOException none = assertThrows(IOException.class, () -> files.read("drm-2.json", 4));
    assertEquals("is not a regular file", DiskFailure.reason(none));
    assertTrue(files.read("drm-3.json", 4).isEmpty());
  }

  /** Of a file system that was, or was not, seen to stamp within seconds. */
  @ParameterizedTest
  @CsvSource({"true, 1000, true", "false, 0, false", "false, 4000, true", "true, -60000, false"})
  void aYoungOrFutureStampProvesNothing(boolean fine, long ageMs, boolean proves)
      throws IOException {
    Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    if (fine) {
      files.proves(stamped(second.plusNanos(1)));
    }
    Instant stamp = Instant.now().minusMillis(ageMs);
    assertEquals(
        proves, files.proves(stamped(fine ? stamp : stamp.truncatedTo(ChronoUnit.SECONDS))));
  }

  private static FileStat stamped(Instant modified) {
    return new FileStat(true, false, 1, modified, "key");
  }

  @Test
  void aChangeThatLeavesTheSameStatIsSeenWhereThatProvesNothing() throws IOException {
    disk.stamps(is -> is.plusSeconds(60));
    write("old");
    Content seen = read();
    assertTrue(files.unchanged(NAME, seen));
    FileTime stamp = Files.getLastModifiedTime(log.resolve(NAME));
    Files.writeString(log.resolve(NAME), "odd");
    Files.setLastModifiedTime(log.resolve(NAME), stamp);
    assertEquals(seen.stat(), files.stat(NAME).orElseThrow());
    assertFalse(seen.proves());
    assertFalse(files.unchanged(NAME, seen));
    assertFalse(files.unchanged(NAME, null));
    assertTrue(files.unchanged("drm-2.json", null));
    files.delete(NAME);
    assertFalse(files.unchanged(NAME, seen));
    assertTrue(files.unchanged(NAME, null));
  }

  @Test
  void onlyTemporaryFilesThatNobodyWillFinishAreSwept() throws IOException {
    Files.createDirectory(log);
    FileTime old = FileTime.from(Instant.now().minusSeconds(3_700));
    for (String name :
        List.of("drm-1.json.dk6-1.tmp", "drm-1.json.old.tmp", "notes.md.old.tmp", "drm-2.json")) {
      Files.writeString(log.resolve(name), "");
      Files.setLastModifiedTime(log.resolve(name), old);
    }
    Files.writeString(log.resolve("drm-1.json.dk6-2.tmp"), "");
    Files.writeString(log.resolve("drm-1.json.young.tmp"), "");
    NamedFiles.Draft ours = files.prepare(NAME, new byte[0]);
    new Temporaries(EPOCH).sweep(files);
    List<String> left = new ArrayList<>(files.list());
    left.sort(Comparator.naturalOrder());
    assertEquals(
        List.of("drm-1.json.dk7-1.tmp", "drm-1.json.young.tmp", "drm-2.json", "notes.md.old.tmp"),
        left);
    files.publish(ours);
  }
}
