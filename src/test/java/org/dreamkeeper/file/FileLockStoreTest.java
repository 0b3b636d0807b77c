package org.dreamkeeper.file;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LockStore.Swap;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;
import org.dreamkeeper.store.LockView.LockContent;
import org.dreamkeeper.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dream.lock} past which others write, without a host. */
@ExtendWith(VertxExtension.class)
final class FileLockStoreTest {
  private static final Instant PRIOR = Instant.parse("2026-11-03T02:00:52.123456789Z");
  private static final Held OURS = held(7);
  private static final Held NEXT = held(8);

  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final FaultyDisk disk = new FaultyDisk();

  @TempDir Path directory;
  private FileProjectStore store;
  private LockStore lock;

  @BeforeEach
  void open(Vertx vertx) {
    FileOptions options =
        new FileOptions(
            directory.toString(),
            true,
            new LockSharing(60_000, true, 0),
            "here",
            Contact.NONE,
            new Budget(64 << 20, 1 << 20));
    ProjectThreads threads = new ProjectThreads(vertx, "here");
    store = await(FileProjectStore.open(vertx, time, threads, disk.machine(), options));
    lock = store.lock();
  }

  @AfterEach
  void close() {
    disk.heal();
    await(store.close());
  }

  private static Held held(long token) {
    long pid = ProcessHandle.current().pid();
    return new Held(new LockRecord(pid, token, "here", "me", 1_000, 61_000, 60_000, PRIOR, null));
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.millis());
  }

  private LockView seen() {
    return await(lock.view());
  }

  private void become(LockContent next) {
    assertEquals(new Swap(true, next), await(lock.swap(seen(), next, Carried.NONE)));
  }

  private Path file() {
    return directory.resolve(LockFile.NAME);
  }

  private void write(String content, Instant modified) throws IOException {
    Files.writeString(file(), content);
    Files.setLastModifiedTime(file(), FileTime.from(modified));
  }

  private Instant modified() throws IOException {
    return Files.getLastModifiedTime(file()).toInstant();
  }

  private void damage(String how) throws IOException {
    String content = Files.readString(file());
    switch (how) {
      case "deleted" -> Files.delete(file());
      case "emptied" -> write("", now());
      default -> write(content.substring(0, content.length() - 5), now());
    }
  }

  @Test
  void isEmptyAndStampedWhileItIsFreeAndARecordWhileItIsHeld() throws IOException {
    become(new Free(PRIOR));
    assertEquals("", Files.readString(file()));
    assertEquals(PRIOR, modified());
    become(OURS);
    assertTrue(Files.readString(file()).startsWith(OURS.record().pid() + " {\"token\":7,"));
    assertEquals(now(), modified());
    become(new Free(null));
    assertFalse(Files.exists(file()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deleted", "emptied", "torn"})
  void whatOthersHaveDamagedIsPutBackWhenItIsSeen(String how) throws IOException {
    become(OURS);
    String record = Files.readString(file());
    damage(how);
    assertEquals(OURS, seen());
    assertEquals(record, Files.readString(file()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deleted", "emptied", "torn"})
  void whatOthersHaveDamagedIsStillOursToChange(String how) throws IOException {
    become(OURS);
    damage(how);
    assertEquals(new Swap(true, NEXT), await(lock.swap(OURS, NEXT, Carried.NONE)));
    damage(how);
    assertEquals(
        new Swap(true, new Free(PRIOR)), await(lock.swap(NEXT, new Free(PRIOR), Carried.NONE)));
    assertEquals(new Free(PRIOR), seen());
  }

  @Test
  void whatWasSeenToBeSomebodyElsesIsNotPutBackWhenHeIsGone() throws IOException {
    become(OURS);
    write("1", now());
    assertInstanceOf(Foreign.class, seen());
    write("", PRIOR);
    assertEquals(new Free(PRIOR), seen());
  }

  @Test
  void whoIsFoundInsteadOfWhatWasSeenIsLeftAlone() throws IOException {
    become(OURS);
    write("1", PRIOR);
    for (LockContent next : new LockContent[] {NEXT, new Free(PRIOR), new Free(null)}) {
      Swap swap = await(lock.swap(OURS, next, Carried.NONE));
      assertFalse(swap.done());
      assertEquals(1, ((Foreign) swap.now()).pid());
      assertEquals("1", Files.readString(file()));
      assertEquals(PRIOR, modified());
    }
  }

  @Test
  void aForeignHolderIsReclaimableOnceHeIsDeadOrSilent() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    write(Long.toString(gone.pid()), PRIOR);
    assertEquals(new Foreign(gone.pid(), PRIOR, "dead", PRIOR), seen());
    Instant sign = now();
    write("1", sign);
    assertEquals(new Foreign(1, sign, null, sign), seen());
    time.advance(60_000);
    assertEquals(new Foreign(1, sign, "stale", sign), seen());
    assertEquals(new Swap(true, OURS), await(lock.swap(seen(), OURS, Carried.NONE)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Op.class,
      names = {"CREATE", "OPEN", "SET_MODIFIED", "STAT", "READ", "RENAME"})
  void whateverTheDiskRefusesTheOldStandsAndNoDraftIsLeft(Op op) throws IOException {
    become(OURS);
    String record = Files.readString(file());
    disk.fail(op, "Input/output error");
    StoreException refusal =
        assertThrows(StoreException.class, () -> await(lock.swap(OURS, NEXT, Carried.NONE)));
    disk.heal();
    assertEquals("dream.lock: Input/output error", refusal.getMessage());
    assertFalse(refusal.inDoubt());
    assertEquals(record, Files.readString(file()));
    assertEquals(OURS, seen());
    try (Stream<Path> all = Files.list(directory)) {
      assertEquals(
          Set.of(DirectoryClaim.NAME, LockFile.NAME),
          all.map(each -> each.getFileName().toString()).collect(Collectors.toSet()));
    }
  }
}
