package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With {@code settleMs}, beside foreign processes that judge the lock free, open it with
 * truncation, write their PID, and believe what they then read.
 */
final class SettleTest extends LockScenario {
  private static final int SETTLE_MS = 50;

  private final FaultyDisk disk = new FaultyDisk();

  private void serveSettling() {
    serve(new JsonObject().put("settleMs", SETTLE_MS), disk.machine());
  }

  /** Lets a foreign process write its PID after a look at the file, while that is judged, once. */
  private Process strikeAfterTheLook() {
    Process foreigner = foreigner();
    AtomicBoolean looked = new AtomicBoolean();
    AtomicBoolean once = new AtomicBoolean();
    disk.on(
        Op.STAT,
        name -> {
          if (name.equals("dream.lock")) {
            looked.set(true);
          } else if (name.equals(".dreamkeeper.claim")
              && looked.get()
              && once.compareAndSet(false, true)) {
            Files.writeString(file(), Long.toString(foreigner.pid()));
          }
        });
    return foreigner;
  }

  /** Lets a foreign process write its PID when nothing is looked at any more, once. */
  private void strikeWithTheReplacement() {
    Process foreigner = foreigner();
    disk.on(
        Op.RENAME,
        name -> {
          if (name.equals("dream.lock")) {
            disk.heal();
            Files.writeString(file(), Long.toString(foreigner.pid()));
          }
        });
  }

  private Future<Message<JsonObject>> pausing() {
    Future<Message<JsonObject>> asked = served.send("lock", "tryAcquire", new JsonObject());
    untilItPauses(asked);
    return asked;
  }

  private void untilItPauses(Future<?> asked) {
    until(() -> asked.isComplete() || time.firesWithin(SETTLE_MS));
  }

  private JsonObject settled(Future<Message<JsonObject>> asked) {
    time.leap(SETTLE_MS);
    untilItPauses(asked);
    time.leap(SETTLE_MS);
    return await(asked).body();
  }

  @Test
  void aFileThatWasJustEmptiedMayBeAHoldersThatAnotherIsAboutToWrite() throws IOException {
    seize(foreigner());
    serveSettling();
    Process late = foreigner();
    try (OutputStream opened = Files.newOutputStream(file())) {
      Future<Message<JsonObject>> asked = pausing();
      opened.write(Long.toString(late.pid()).getBytes(StandardCharsets.US_ASCII));
      opened.flush();
      JsonObject refused = settled(asked);
      assertFalse(refused.getBoolean("acquired"));
      assertEquals(late.pid(), refused.getJsonObject("holder").getLong("pid"));
    }
    assertEquals(Long.toString(late.pid()), content());
  }

  @Test
  void whoIsAboutToWriteOverAFreshGrantHasIt() throws IOException {
    serveSettling();
    Future<Message<JsonObject>> asked = pausing();
    assertTrue(content().contains("{"));
    Process late = foreigner();
    try (OutputStream opened = Files.newOutputStream(file())) {
      time.leap(SETTLE_MS);
      // It is empty now, and looked at again rather than replaced.
      untilItPauses(asked);
      opened.write(Long.toString(late.pid()).getBytes(StandardCharsets.US_ASCII));
    }
    time.leap(SETTLE_MS);
    JsonObject refused = await(asked).body();
    assertFalse(refused.getBoolean("acquired"));
    assertEquals(late.pid(), refused.getJsonObject("holder").getLong("pid"));
    assertEquals(Long.toString(late.pid()), content());
  }

  @Test
  void aFileThatWasEmptiedAndStaysSoIsFree() {
    serveSettling();
    write("", now());
    assertTrue(settled(pausing()).getBoolean("acquired"));
  }

  @Test
  void whatWeFreedOurselvesIsFreeAtOnce() {
    serveSettling();
    JsonObject grant = settled(pausing());
    served.ask("lock", "release", null, "token", grant.getLong("token").toString());
    Future<Message<JsonObject>> asked = pausing();
    assertTrue(content().contains("{"), "it is written before the only pause");
    time.leap(SETTLE_MS);
    JsonObject again = await(asked).body();
    assertTrue(again.getBoolean("acquired"));
    assertEquals(
        time.millis() + 1_800_000, again.getLong("expiresAt"), "the pause is not its time");
  }

  @ParameterizedTest
  @CsvSource({"free", "dead", "none"})
  void whoWritesWhileTheFileIsJudgedHasIt(String before) throws Exception {
    if (!before.equals("none")) {
      String content = before.equals("free") ? "" : Long.toString(nobody());
      write(content, now().minusSeconds(60));
    }
    serveSettling();
    Process foreigner = strikeAfterTheLook();
    JsonObject refused = settled(pausing());
    assertFalse(refused.getBoolean("acquired"));
    assertEquals(foreigner.pid(), refused.getJsonObject("holder").getLong("pid"));
    assertEquals(Long.toString(foreigner.pid()), content());
    assertEquals(0, served.events("lock.acquired").size());
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"renew,60", "release,60", "rollback,60", "rollback,0"})
  void whoWritesUnderAHolderHasItAndTheHolderIsTold(String action, int age) throws IOException {
    if (age > 0) {
      write("", now().minusSeconds(age));
    }
    serveSettling();
    String token = settled(pausing()).getLong("token").toString();
    Process foreigner = strikeAfterTheLook();
    assertEquals(409, served.refused("lock", action, null, "token", token).failureCode());
    assertEquals(Long.toString(foreigner.pid()), content());
    until(() -> served.events("lock.lost").size() == 1);
    assertEquals(foreigner.pid(), served.events("lock.lost").get(0).getLong("pid"));
    assertNothingIsLeft();
  }

  @Test
  void whatIsWrittenWithTheReplacementIsNotPutBackForItsWriterMayHaveGivenUp() throws IOException {
    write("", now().minusSeconds(60));
    serveSettling();
    strikeWithTheReplacement();
    assertTrue(settled(pausing()).getBoolean("acquired"));
    assertTrue(content().contains("{"));
    assertNothingIsLeft();
  }

  @Test
  void aDiskWithoutLinksWillDo() throws IOException {
    serveSettling();
    disk.fail(Op.LINK, "Operation not supported");
    String token = settled(pausing()).getLong("token").toString();
    assertTrue(content().contains(token));
    served.ask("lock", "renew", null, "token", token);
    served.ask("lock", "release", null, "token", token);
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    try (var names = Files.list(dir)) {
      assertEquals(0, names.filter(name -> name.toString().endsWith(".tmp")).count());
    }
  }
}
