package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamTrigger;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What the page tells of a project, and what can be done by it. */
final class PageTest extends PageTestBase {
  private DreamLock acquire() {
    AcquireOptions options =
        new AcquireOptions().setOwner("nightly").setLease(Duration.ofMinutes(10));
    return ((Acquisition.Acquired) await(keeper.lock().acquire(options))).lock();
  }

  @Test
  void theLinkLogsInAndItsTokenIsSeenNoMore() {
    host();
    browser.open(url());
    browser.sees("Not logged in", "carries the token");
    browser.type("token", "no such token" + Keys.ENTER);
    browser.sees("not the token of this host");
    browser.open("about:blank");
    enter();
    assertFalse(browser.address().contains("token"), browser.address());
    browser.reload();
    browser.sees("Now");
    assertEquals("Now · dream · Dreamkeeper", browser.title());
    browser.loseCookies();
    browser.sees("Not logged in");
    browser.type("token", TOKEN);
    browser.click("Log in");
    browser.sees("Now");
  }

  /** An application has it below a path of its own. */
  @Test
  void itStandsBelowAPath() {
    project(Time.system(vertx));
    listen(new WebOptions(), "/dreams/");
    enter();
    browser.sees("Little has changed since the last dream");
    assertTrue(browser.address().endsWith("/dreams/"), browser.address());
  }

  /** Why nothing dreams, first on the page, and again as soon as it has changed. */
  @Test
  void itTellsWhyNothingDreams() {
    host();
    enter();
    browser.sees("Little has changed since the last dream", "0 of the 3 that it takes");
    browser.sees("Nobody asks to dream", "No dream so far; 12 h must lie between two");
    browser.sees(base().toString(), "The lock is free", "Its file is sound", "stands");
    await(keeper.state().incrementCurationCount(7));
    browser.sees("7 of the 3 that it takes");
    served.ask("state", "gates", new JsonObject());
    browser.sees("Ready to dream", "it is a worker’s turn, which last asked");
    browser.seesNoMore("A schedule rests");
    long before = System.currentTimeMillis();
    await(keeper.state().recordDream("drm-1"));
    browser.sees("It dreamt not long ago", "the gate opens in 11 h ");
    String opens =
        (String) browser.js("return document.querySelector('.verdict p time:last-child').dateTime");
    long at = Instant.parse(opens).toEpochMilli();
    assertTrue(Math.abs(at - before - 12 * 3_600_000) < 60_000, opens);
    served.ask(
        "state", "gates", JsonObject.of("pendingTasks", 2, "minHours", 0, "minCurations", 0));
    browser.sees("The last worker that asked was told to wait");
  }

  @Test
  void aDreamThatRunsIsAskedToStop() {
    host();
    enter();
    DreamLock lock = acquire();
    String id = await(lock.log().nextId());
    DreamLogEntry begun = DreamLogEntry.processing(id, Instant.now(), DreamTrigger.MANUAL);
    await(lock.log().save(begun));
    browser.sees("A dream is under way", "“nightly” (PID", "ends at the latest", id);
    browser.click("Ask it to stop…");
    browser.type("reason", "the disk is needed");
    browser.click("Ask it to stop");
    browser.sees("It is asked to stop, and hears of it at its next renewal");
    String told =
        served
            .ask("lock", "renew", new JsonObject(), "token", String.valueOf(lock.token()))
            .getString("cancel");
    assertEquals("the disk is needed", told);
    await(lock.rollback());
    browser.sees("The lock is free");
  }

  @Test
  void aLockIsTakenAway() throws IOException {
    host();
    enter();
    DreamLock lock = acquire();
    browser.click("Take the lock away…");
    browser.click("Leave it");
    browser.click("Take the lock away…");
    browser.type("reason", "it hangs");
    browser.click("Take the lock away");
    browser.sees("that dream does not count", "The lock is free");
    served.refused("lock", "renew", new JsonObject(), "token", String.valueOf(lock.token()));
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(base().resolve("dream.lock"), Long.toString(stranger.pid()));
      served.ask("lock", "status", null);
      browser.sees("Another program holds the lock");
      browser.click("Take the lock away…");
      browser.type("reason", "it is not ours");
      browser.click("Take the lock away");
      browser.sees("The lock is free");
    } finally {
      stranger.destroyForcibly();
    }
    go("dream", "trouble");
    browser.sees("evicted, it is not ours", "“nightly” (PID");
  }

  @Test
  void dreamsAreTwentyOnAPage() throws IOException {
    long first = 1_775_822_400_000L;
    for (int i = 0; i < 45; i++) {
      writeEntry(entry("drm-" + (first + i * 3_600_000L), "completed", first + i * 3_600_000L));
    }
    host();
    enter();
    browser.click("Dreams");
    browser.sees("drm-" + (first + 44 * 3_600_000L), "Page 1", "1 consolidated", "took 42 s");
    assertEquals(20L, browser.js("return document.querySelectorAll('.timeline li').length"));
    browser.click("Older →");
    browser.sees("Page 2", "drm-" + (first + 24 * 3_600_000L));
    browser.click("Older →");
    browser.sees("Page 3", "drm-" + first);
    assertEquals(5L, browser.js("return document.querySelectorAll('.timeline li').length"));
    browser.js("document.querySelector('.timeline a').click()");
    browser.sees("0 operations");
    browser.click("Dreams");
    browser.sees("Page 3");
    browser.click("← Newer");
    browser.sees("Page 2");
    browser.click("← Newer");
    browser.sees("Page 1");
    String id = await(keeper.log().nextId());
    DreamLogEntry begun = DreamLogEntry.processing(id, Instant.now(), DreamTrigger.MANUAL);
    await(keeper.log().save(begun));
    browser.sees(id, "running");
  }

  @Test
  void aDreamIsTakenBack() throws IOException {
    host();
    String id = mergeNotes();
    enter();
    go("dream", "dreams", id);
    browser.sees("Merged deploy.md, rollback.md into deploy.md", "Both tell how to deploy");
    browser.click("What it changed");
    browser.sees("+# Releasing", "-# Deploying", "-It takes ten minutes.", "as the dream left it");
    browser.sees("-Run `make rollback`.");
    browser.click("Hide the changes");
    browser.seesNoMore("+# Releasing");
    browser.click("Take the whole dream back…");
    browser.sees("The old text is put back", "To take it back, type " + id);
    browser.type("typed", "drm-1");
    assertTrue(browser.has(".undo [type=submit]:disabled"));
    browser.click("Leave it");
    assertTrue(text("deploy.md").startsWith("# Releasing"));
    browser.click("Take the whole dream back…");
    browser.sees("This is the last dream", "Stop it first");
    browser.type("typed", id);
    browser.click("Take it back");
    browser.sees("It is taken back.", "undone", "taken back");
    assertTrue(text("deploy.md").startsWith("# Deploying"));
    assertTrue(text("rollback.md").startsWith("# Rolling back"));
    browser.click("Close");
    browser.seesNoMore("It is taken back.");
    assertFalse(browser.has(".undo"));
    await(keeper.state().incrementCurationCount(7));
    served.ask("state", "gates", new JsonObject());
    browser.click("Now");
    browser.sees("Ready to dream", "A schedule rests after an undo");
  }

  @Test
  void whatTheDiskRefusesIsFinishedLater() throws IOException {
    host();
    String id = mergeNotes();
    enter();
    go("dream", "dreams", id);
    browser.click("Take the whole dream back…");
    browser.type("typed", id);
    disk.on(
        FaultyDisk.Op.CREATE,
        name -> {
          if (name.equals("new")) {
            throw new IOException("No space left on device");
          }
        });
    browser.click("Take it back");
    browser.sees("The disk refused something: ", "No space left", "Ask again to finish it.");
    disk.heal();
    browser.click("Close");
    browser.click("Take the whole dream back…");
    browser.type("typed", id);
    browser.click("Take it back");
    browser.sees("It is taken back.", "undone");
    assertTrue(text("deploy.md").startsWith("# Deploying"));
  }

  /** One of two operations, of a file that somebody wrote into since, and into again. */
  @Test
  void whatWasWrittenSinceIsLeftAloneUnlessItIsForced() throws IOException {
    text("a.md", "one\n");
    text("b.md", "two\n");
    host();
    String id =
        dream(
            run ->
                run.texts()
                    .write("a.md", "one, dreamt\n")
                    .record(merge("first", "a.md", "a.md"))
                    .compose(
                        done ->
                            run.texts()
                                .write("b.md", "two, dreamt\n")
                                .record(merge("second", "b.md", "b.md"))));
    text("b.md", "two, by hand\n");
    enter();
    go("dream", "dreams", id);
    browser.sees("2 operations");
    browser.js("document.querySelectorAll('.operations button:last-child')[1].click()");
    browser.sees("Take back operation 1", "Left alone: it is not as the dream left it");
    browser.click("Put it back all the same; what is there now is kept for 30 days");
    browser.sees("The old text is put back");
    text("b.md", "two, by hand again\n");
    browser.type("typed", id);
    browser.click("Take it back");
    browser.sees("Not done: ");
    assertEquals("two, by hand again\n", text("b.md"));
    browser.click("Leave it");
    browser.js("document.querySelectorAll('.operations button:last-child')[1].click()");
    browser.sees("Left alone: it is not as the dream left it");
    browser.type("typed", id);
    browser.click("Take it back");
    browser.sees("It is taken back in part: 1 file was left alone.");
    assertEquals("two, by hand again\n", text("b.md"));
    browser.click("Close");
    browser.js("document.querySelectorAll('.operations button:last-child')[1].click()");
    browser.click("Put it back all the same; what is there now is kept for 30 days");
    browser.sees("The old text is put back");
    browser.type("typed", id);
    browser.click("Take it back");
    browser.sees("It is taken back.");
    assertEquals("two\n", text("b.md"));
    assertEquals("one, dreamt\n", text("a.md"));
    browser.sees("taken back", "completed");
  }

  @Test
  void troubleIsSeenAndMended() throws IOException {
    write("dream-log/drm-5.json", "torn");
    write("dream-log/drm-6.json.12.tmp", "left");
    write(
        "dream-state.json", "{\"version\": 1, \"totalDreams\": 4, \"curationsSinceDream\": \"x\"}");
    host();
    await(keeper.state().incrementCurationCount(1));
    enter();
    browser.click("Trouble 1");
    browser.sees(
        "dream-log/drm-5.json", "A file in the log that is no entry: it is not a JSON object");
    browser.sees("drm-5 cannot be read", "The state was corrupt", "lost: curationsSinceDream");
    browser.click("Set drm-5 aside");
    browser.sees("It is out of the log now, as dream-log/drm-5.json.aside-");
    browser.seesNoMore("A file in the log that is no entry");
    browser.sees("Nothing: all that is kept is as it should be.");
    try (var files = Files.list(base().resolve("dream-log"))) {
      assertTrue(files.anyMatch(each -> each.getFileName().toString().contains(".aside-")));
    }
  }

  @Test
  void aFieldIsPutBack() throws IOException {
    setStateAside(4);
    host();
    await(keeper.state().incrementCurationCount(1));
    enter();
    browser.click("Trouble 1");
    browser.sees("A state that was set aside", "totalDreams", "pendingMerges");
    browser.click("totalDreams");
    browser.click("Put back");
    browser.sees("The state has ", "pendingMerges again.");
    assertEquals(1, await(keeper.state().read()).pendingMerges().size());
    assertEquals(0, await(keeper.state().read()).totalDreams());
  }

  @Test
  void ofSeveralProjectsTheWorstIsFirst() throws IOException {
    host();
    await(keeper.state().incrementCurationCount(3));
    served.ask("state", "gates", new JsonObject());
    Path other = dir.resolve("other");
    Files.createDirectories(other);
    Files.writeString(other.resolve("dream-state.json"), "{\"version\": 2}");
    JsonObject config = Served.config(other).put("address", "zoo/a b");
    try (Served second = Served.at(vertx, Time.system(vertx), disk.machine(), config)) {
      second.arrived();
      browser.open(url() + "#token=" + TOKEN);
      browser.sees("2 projects, the worst first; 1 has trouble.", "The state cannot be read");
      assertEquals("zoo/a b", browser.js("return document.querySelector('tbody a').innerText"));
      assertEquals(List.of(), browser.barriers());
      browser.dark(true);
      assertEquals(List.of(), browser.barriers(), "dark");
      browser.dark(false);
      browser.click("zoo/a b");
      browser.sees("Serve it with the version that wrote it.");
      browser.click("Trouble 1");
      browser.sees("To be looked at", "The file of the state is newer");
      browser.click("Dreamkeeper");
      browser.sees("Ready to dream");
    }
  }

  @Test
  void readOnlyShowsAllAndOffersNothing() throws IOException {
    write("dream-log/drm-5.json", "torn");
    project(Time.system(vertx));
    listen(new WebOptions().setReadOnly(true));
    String id = mergeNotes();
    DreamLock lock = acquire();
    browser.open(url() + "#token=" + TOKEN);
    browser.sees("Read only", "A dream is under way");
    assertFalse(browser.has("main button"));
    await(lock.rollback());
    go("dream", "trouble");
    browser.sees("dream-log/drm-5.json");
    assertFalse(browser.has("main button"));
    go("dream", "dreams", id);
    browser.click("Take the whole dream back…");
    browser.sees("The old text is put back", "This page is read only");
    assertFalse(browser.has(".undo [type=submit]"));
    browser.click("Leave it");
    until(() -> !browser.has(".undo"));
  }
}
