package org.dreamkeeper.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dreamkeeper.store.InUseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A claim by itself: who may take it, what its file keeps, and how its loss is noticed. */
final class DirectoryClaimTest {
  @TempDir Path temporary;
  private Path dir;
  private Path file;

  @BeforeEach
  void resolve() throws IOException {
    dir = temporary.toRealPath();
    file = dir.resolve(DirectoryClaim.NAME);
  }

  private DirectoryClaim claim(String instance) throws IOException {
    return claim(NioDisk.INSTANCE, instance);
  }

  private DirectoryClaim claim(Disk disk, String instance) throws IOException {
    return new Claimant(disk, dir, instance, Contact.NONE, ProcTable.INSTANCE).claim();
  }

  private String refusal() {
    return assertThrows(InUseException.class, () -> claim("b")).getMessage();
  }

  private String thisProcess() {
    return dir + " is served by this process, PID " + ProcessHandle.current().pid();
  }

  @Test
  void onlyOneHasItAndTheNextEpochIsGreater() throws IOException {
    DirectoryClaim first = claim("a");
    assertEquals(thisProcess(), refusal());
    first.release();
    DirectoryClaim second = claim("b");
    assertEquals(first.epoch() + 1, second.epoch());
    second.release();
  }

  @Test
  void aKernelLockOfThisProcessThatNobodyKnowsOfIsLeftAlone() throws IOException {
    claim("a").release();
    List<String> calls = new ArrayList<>();
    Disk disk =
        opening(
            (method, result) -> {
              calls.add(method);
              return result;
            });
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertNotNull(other.tryLock());
      InUseException refused = assertThrows(InUseException.class, () -> claim(disk, "b"));
      assertEquals(thisProcess(), refused.getMessage());
      assertEquals(List.of(), calls, "to close it would free the other's lock");
    }
    claim("b").release();
  }

  @Test
  void whatItKeepsIsThereAfterACrash() throws IOException {
    DirectoryClaim crashed = claim("a");
    crashed.reserveIds(1234);
    long epoch = crashed.exceed(crashed.epoch() << 20);
    byte[] left = Files.readAllBytes(file);
    crashed.release();
    Files.write(file, left);
    DirectoryClaim next = claim("b");
    assertEquals(epoch + 1, next.epoch());
    assertEquals(1234, next.lastId());
    next.release();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 200})
  void aTornWriteCostsTheNewerRecordOnly(int written) throws IOException {
    DirectoryClaim claim = claim("a");
    claim.reserveIds(1234);
    byte[] before = Files.readAllBytes(file);
    claim.reserveIds(5678);
    byte[] after = Files.readAllBytes(file);
    claim.release();
    byte[] torn = Arrays.copyOf(before, before.length);
    System.arraycopy(after, 0, torn, 0, written);
    Files.write(file, torn);
    DirectoryClaim next = claim("b");
    assertEquals(1234, next.lastId());
    assertEquals(claim.epoch() + 1, next.epoch());
    next.release();
  }

  /** A disk on which writes in place break off in the middle while it is told to. */
  private final class Breaking {
    private boolean breaks;

    Disk disk() {
      return opening(this::cut);
    }

    private Object cut(String method, Object result) throws IOException {
      if (breaks && method.equals("force")) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(new byte[40]), 30);
        }
        throw new IOException("I/O error");
      }
      return result;
    }
  }

  private interface After {
    Object result(String method, Object result) throws IOException;
  }

  /** A disk on which calls to an open file that have returned go on here. */
  private static Disk opening(After after) {
    return proxy(
        Disk.class,
        NioDisk.INSTANCE,
        (method, result) ->
            method.equals("open") ? proxy(OpenFile.class, (OpenFile) result, after) : result);
  }

  private static <T> T proxy(Class<T> type, T target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.result(method.getName(), method.invoke(target, arguments));
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            }));
  }

  @Test
  void aWriteThatFailsCostsNothingButItself() throws IOException {
    Breaking breaking = new Breaking();
    DirectoryClaim claim = claim(breaking.disk(), "a");
    claim.reserveIds(10);
    long epoch = claim.epoch();
    breaking.breaks = true;
    assertThrows(IOException.class, () -> claim.reserveIds(20));
    assertThrows(IOException.class, () -> claim.exceed(epoch << 20));
    assertEquals(10, claim.lastId());
    assertEquals(epoch, claim.epoch());
    assertNull(claim.obstacle(), "what is torn is its own");
    breaking.breaks = false;
    claim.reserveIds(30);
    claim.release();
    DirectoryClaim next = claim("b");
    assertEquals(30, next.lastId());
    assertEquals(epoch + 1, next.epoch());
    next.release();
  }

  @Test
  void aRecordOfAnotherInstanceIsNoticedAndEverythingIsFreeAgain() throws IOException {
    DirectoryClaim first = claim("a");
    byte[] others = Files.readAllBytes(file);
    first.release();
    DirectoryClaim claim = claim("b");
    Files.write(file, others);
    assertEquals(file + " is somebody else's now", claim.obstacle());
    assertEquals(claim.obstacle(), claim.lost());
    assertThrows(IOException.class, () -> claim.reserveIds(1));
    assertThrows(IOException.class, claim::check);
    DirectoryClaim next = claim("c");
    assertTrue(next.epoch() > first.epoch());
    claim.release();
    assertNull(next.obstacle(), "who has lost it gives nothing back");
    assertEquals(thisProcess(), refusal());
    next.release();
  }

  @Test
  void anEmptiedFileIsNoticed() throws IOException {
    DirectoryClaim claim = claim("a");
    Files.write(file, new byte[0]);
    assertEquals(file + " is somebody else's now", claim.obstacle());
    claim.release();
  }

  @Test
  void aRecordStandsWhileItsOwnerLivesThoughNobodyHasTheKernelLock() throws Exception {
    Process living = new ProcessBuilder("sleep", "600").start();
    Processes real = ProcTable.INSTANCE;
    String start = "of " + living.pid();
    Processes.Identity owner =
        new Processes.Identity(living.pid(), start, real.self().namespace(), "", "");
    long epoch;
    try {
      DirectoryClaim left =
          new Claimant(NioDisk.INSTANCE, dir, "a", Contact.NONE, as(owner, living, owner)).claim();
      epoch = left.epoch();
      byte[] record = Files.readAllBytes(file);
      left.release();
      Files.write(file, record);
      Claimant next =
          new Claimant(NioDisk.INSTANCE, dir, "b", Contact.NONE, as(real.self(), living, owner));
      InUseException refused = assertThrows(InUseException.class, next::claim);
      assertEquals(dir + " is served by PID " + living.pid(), refused.getMessage());
      living.destroyForcibly().waitFor();
      DirectoryClaim claim = next.claim();
      assertEquals(epoch + 1, claim.epoch());
      claim.release();
    } finally {
      living.destroyForcibly();
    }
  }

  private static Processes as(Processes.Identity self, Process process, Processes.Identity owner) {
    return new Processes() {
      @Override
      public Identity self() {
        return self;
      }

      @Override
      public boolean alive(long pid) {
        throw new AssertionError("not asked here");
      }

      @Override
      public boolean alive(Identity other) {
        assertEquals(owner, other);
        return process.isAlive();
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"-1", "-9223372036854775808", "9223372036854775807", "9007199254740993"})
  void aSerialThatCannotBeKeepsNobodyOut(long serial) throws IOException {
    ClaimRecord odd =
        new ClaimRecord(serial, "", ProcTable.INSTANCE.self(), "x", 7, 8, Contact.NONE, false);
    Files.writeString(file, odd.print());
    DirectoryClaim claim = claim("a");
    assertNull(claim.obstacle());
    claim.reserveIds(5);
    assertNull(claim.obstacle());
    claim.release();
    DirectoryClaim next = claim("b");
    assertEquals(5, next.lastId());
    next.release();
  }

  @Test
  void aRecordIsOneLineThatSaysTheSameWhenItIsRead() {
    ClaimRecord record =
        new ClaimRecord(
            3,
            "(dev=1,ino=2)",
            ProcTable.INSTANCE.self(),
            "i",
            4,
            5,
            Contact.of("dream", "/tmp/s"),
            true);
    assertEquals(record, ClaimRecord.parse(record.print()).orElseThrow());
    assertFalse(record.print().contains("\n"));
    assertTrue(ClaimRecord.parse(record.print().replace("\"epoch\":4", "\"epoch\":5")).isEmpty());
    assertTrue(ClaimRecord.parse("").isEmpty());
  }
}
