package org.dreamkeeper.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.store.JournalStore.Page;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that survive their host, and what is said where some may not have. */
final class EventFilesTest {
  private static final long FULL = 2_000;

  private final FaultyDisk disk = new FaultyDisk();
  private DirectoryClaim claim;
  private EventFiles events;

  @TempDir Path dir;

  @AfterEach
  void stop() throws IOException {
    disk.heal();
    if (claim != null) {
      claim.release();
    }
  }

  /** Begins as the next host does; the one before has stopped, or is dead. */
  private void start() throws IOException {
    if (claim != null) {
      claim.release();
    }
    claim =
        new Claimant(disk, dir.toRealPath(), "test", Contact.NONE, Machine.REAL.processes())
            .claim();
    events = new EventFiles(disk, dir, claim, FULL);
    events.begin();
  }

  private static JsonObject event(int n) {
    return new JsonObject().put("type", "log.saved").put("id", "drm-" + n);
  }

  private void tell(int from, int to) throws IOException {
    for (int n = from; n <= to; n++) {
      events.append(List.of(event(n)));
    }
  }

  private static List<JsonObject> told(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(EventFilesTest::event).toList();
  }

  private Page page(String after, boolean gap, List<JsonObject> expected) throws IOException {
    Page page = events.read(after, 1_000);
    assertEquals(expected, page.events());
    assertEquals(gap, page.gap());
    return page;
  }

  private Path file(int which) {
    return dir.resolve(".dreamkeeper.events-" + which);
  }

  @Test
  void nothingIsWrittenBeforeSomethingIsTold() throws IOException {
    start();
    Page none = page(null, false, List.of());
    assertFalse(Files.exists(file(0)));
    tell(1, 2);
    page(none.cursor(), false, told(1, 2));
    page(null, false, told(1, 2));
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file(0)));
    assertEquals("rw-------", mode);
  }

  @Test
  void aCleanStopIsNoGapAndNothingComesTwice() throws IOException {
    start();
    tell(1, 3);
    Page page = page(null, false, told(1, 3));
    events.close();
    start();
    page = page(page.cursor(), false, List.of());
    tell(4, 5);
    page = page(page.cursor(), false, told(4, 5));
    events.close();
    start();
    page(page.cursor(), false, List.of());
    page(null, false, told(1, 5));
  }

  @Test
  void eachUncleanStopIsToldOnceAlsoWhereNothingWasTold() throws IOException {
    start();
    tell(1, 1);
    Page page = page(null, false, told(1, 1));
    for (int n = 2; n < 6; n++) {
      start();
      page = page(page.cursor(), true, List.of());
      page = page(page.cursor(), false, List.of());
      tell(n, n);
      page = page(page.cursor(), false, told(n, n));
    }
    start();
    events.close();
    start();
    page = page(page.cursor(), true, List.of());
    page(page.cursor(), false, List.of());
  }

  @Test
  void whoReadsFromTheStartIsToldWhereTheGapsAre() throws IOException {
    start();
    tell(1, 2);
    start();
    tell(3, 3);
    Page page = page(null, false, told(1, 2));
    page = page(page.cursor(), true, told(3, 3));
    page(page.cursor(), false, List.of());
  }

  @Test
  void twoFilesTakeTurnsAndWhoStaysBehindIsToldSo() throws IOException {
    start();
    tell(1, 1);
    String old = events.read(null, 10).cursor();
    String last = old;
    for (int n = 2; n <= 300; n++) {
      tell(n, n);
      Page page = page(last, false, told(n, n));
      last = page.cursor();
    }
    assertTrue(Files.size(file(0)) < FULL + 200 && Files.size(file(1)) < FULL + 200);
    Page missed = events.read(old, 1_000);
    assertTrue(missed.gap());
    int first = 301 - missed.events().size();
    assertEquals(told(first, 300), missed.events());
    assertTrue(missed.events().size() > 20);
    page(missed.cursor(), false, List.of());
    start();
    page(last, true, List.of());
    page(null, false, told(first, 300));
  }

  @Test
  void piecesAreAsLargeAsIsAskedFor() throws IOException {
    start();
    tell(1, 60);
    List<JsonObject> all = new ArrayList<>();
    Page page = events.read(null, 7);
    while (!page.events().isEmpty()) {
      assertTrue(page.events().size() <= 7);
      assertFalse(page.gap());
      all.addAll(page.events());
      page = events.read(page.cursor(), 7);
    }
    assertEquals(told(1, 60), all);
  }

  /** The power took some of what was told, or a write broke off: no stop was clean. */
  @Test
  void whatIsTornIsAGapForThoseWhoHadReadIt() throws IOException {
    start();
    tell(1, 5);
    Page before = page(null, false, told(1, 5));
    byte[] content = Files.readAllBytes(file(0));
    for (int cut = content.length - 1; cut > 0; cut--) {
      claim.release();
      claim = null;
      byte[] left = java.util.Arrays.copyOf(content, cut);
      Files.write(file(0), left);
      start();
      tell(6, 6);
      Page page = events.read(before.cursor(), 100);
      assertTrue(page.gap(), "cut at " + cut);
      assertEquals(told(6, 6), page.events(), "cut at " + cut);
      page(page.cursor(), false, List.of());
      Files.delete(file(0));
    }
  }

  @Test
  void whatWasWrittenOverTornBytesIsWholeForTheNextHost() throws IOException {
    start();
    tell(1, 2);
    claim.release();
    claim = null;
    Files.writeString(file(0), "x".repeat(500), StandardOpenOption.APPEND);
    start();
    tell(3, 3);
    events.close();
    start();
    Page page = page(null, false, told(1, 2));
    page(page.cursor(), true, told(3, 3));
  }

  @Test
  void whatTheDiskDoesNotTakeIsAGap() throws IOException {
    start();
    tell(1, 1);
    Page page = page(null, false, told(1, 1));
    disk.fail(Op.OPEN, "No space left on device");
    assertThrows(IOException.class, () -> tell(2, 2));
    events.keep(told(3, 3));
    disk.heal();
    tell(4, 4);
    page = page(page.cursor(), true, told(4, 4));
    page(page.cursor(), false, List.of());
  }

  @Test
  void soIsTheFirst() throws IOException {
    start();
    Page page = page(null, false, List.of());
    disk.fail(Op.OPEN, "No space left on device");
    events.keep(told(1, 1));
    disk.heal();
    tell(2, 2);
    page(page.cursor(), true, told(2, 2));
  }

  @Test
  void whatIsNoFileIsNeitherReadNorWritten() throws IOException {
    Path elsewhere = Files.writeString(dir.resolve("elsewhere"), "theirs");
    Files.createSymbolicLink(file(0), elsewhere);
    start();
    events.keep(told(1, 1));
    assertThrows(IOException.class, () -> events.read(null, 1));
    assertEquals("theirs", Files.readString(elsewhere));
  }

  @Test
  void filesOfOthersAreTakenForNothing() throws IOException {
    for (String odd : List.of("", "\n", "{}\n", "00000000{}\n", "\0".repeat(5_000))) {
      Files.writeString(file(0), odd);
      Files.writeString(file(1), odd);
      start();
      tell(1, 1);
      Page page = page(null, false, told(1, 1));
      start();
      page(page.cursor(), true, List.of());
    }
  }

  @Test
  void aPlaceOfAnotherDirectoryIsAGap() throws IOException {
    start();
    tell(1, 1);
    assertTrue(events.read("1-5", 10).gap());
    assertTrue(events.read("900000000000000000-5", 10).gap());
  }
}
