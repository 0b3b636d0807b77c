package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page for everybody: whatever texts it shows, whoever looks at it, and by what. */
final class PageTextTest extends PageTestBase {
  private static final String EVIL =
      "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\u001b[31m\u202elive";

  private static final String ENDLESS = EVIL + "W".repeat(10_000);
  private static final String SEEN =
      "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\\u001b[31m\\u202elive";

  /** A dream that names, says and did what nobody would. */
  private static JsonObject evilEntry(String id, long at) {
    JsonObject entry = entry(id, "error", at).put("error", ENDLESS).put("taskId", ENDLESS);
    JsonObject texts = JsonObject.of(ENDLESS, ENDLESS);
    entry.put(
        "operations",
        new JsonArray()
            .add(
                JsonObject.of("type", "CONSOLIDATE", "action", "MERGE", "needsReview", true)
                    .put("inputFiles", new JsonArray().add(ENDLESS).add("a.md"))
                    .put("outputFile", ENDLESS)
                    .put("previousTexts", texts)
                    .put("reason", ENDLESS))
            .add(
                JsonObject.of("type", "SYNTHESIZE", "action", "CREATE", "needsReview", false)
                    .put("outputFile", ENDLESS)
                    .put("sources", new JsonArray().add(ENDLESS))
                    .put("confidence", 0.5))
            .add(
                JsonObject.of("type", "PRUNE", "action", "SUGGEST_MERGE", "needsReview", false)
                    .put("file", ENDLESS)
                    .put("mergeTarget", ENDLESS)
                    .put("reason", ENDLESS))
            .add(
                JsonObject.of("type", "CONSOLIDATE", "action", "MERGE", "needsReview", false)
                    .put("inputFiles", new JsonArray().add("a.md"))
                    .put("outputFile", "a.md")
                    .put("previousTexts", JsonObject.of("a.md", ENDLESS + "\ttab\n"))
                    .put("reason", "")));
    return entry;
  }

  private void harmless() {
    for (int width : List.of(1280, 320)) {
      browser.wide(width);
      assertFalse(browser.overflows(), width + " pixels: " + browser.address());
    }
    browser.wide(1280);
    assertEquals(null, browser.js("return window.hacked"));
    assertFalse(browser.has("main script, main img"));
    assertFalse(browser.text().contains("\u001b"));
    assertFalse(browser.text().contains("\u202e"));
  }

  @Test
  void textIsShownAndNeverObeyed() throws IOException {
    folder = "<b>base\u001b\u202e";
    String id = "drm-1775822400000";
    text("a.md", "now\n");
    writeEntry(evilEntry(id, 1_775_822_400_000L));
    JsonObject state = JsonObject.of("version", 1, "curationsSinceDream", 0, "totalDreams", 1);
    state.put("lastDreamAt", "2026-04-10T12:00:00.000Z").put("lastDreamLogId", ENDLESS);
    state.put("undoing", ENDLESS).put("pendingMerges", new JsonArray());
    write("dream-state.json", state.encode());
    write("dream-state.json.corrupt-1775822412000", state.put(ENDLESS, 1).encode());
    write("dream-log/drm-5.json", ENDLESS);
    host("address", EVIL);
    AcquireOptions owner = new AcquireOptions().setOwner(ENDLESS.substring(0, 256));
    DreamLock lock = ((Acquisition.Acquired) await(keeper.lock().acquire(owner))).lock();
    enter();
    browser.sees("“" + SEEN, SEEN + "W".repeat(10), "<b>base\\u001b\\u202e");
    assertTrue(browser.title().startsWith("Now · <script>"), browser.title());
    harmless();
    await(keeper.admin().evict(lock.token(), ENDLESS.substring(0, 256)));
    browser.click("Trouble 2");
    browser.sees("evicted, " + SEEN, "drm-5 cannot be read");
    harmless();
    browser.click("Dreams");
    browser.sees(SEEN + "W".repeat(10), "1 consolidated");
    harmless();
    browser.click("1 consolidated");
    browser.sees("4 operations", SEEN + "W".repeat(10_000) + " into " + SEEN);
    browser.js("document.querySelectorAll('.operations button').forEach(b => b.click())");
    browser.sees("-" + SEEN + "W".repeat(10_000) + "\ttab", "+now");
    harmless();
    browser.click("Take the whole dream back…");
    browser.sees("What will be done");
    harmless();
  }

  /** Many lines, and one of a million characters. */
  @Test
  void whatIsTooLargeToBeComparedIsShownAsFarAsAPageBearsIt() throws IOException {
    text("a.md", EVIL + "\ttab\n" + "old\n".repeat(300_000));
    text("b.md", "small\n");
    host();
    String id =
        dream(
            run ->
                run.texts()
                    .write("a.md", "now\n".repeat(30_000))
                    .write("b.md", "W".repeat((1 << 20) + 1))
                    .record(merge("", "a.md", "a.md", "b.md")));
    enter();
    go("dream", "dreams", id);
    browser.click("What it changed");
    browser.sees("Not compared line by line.", "the first 50,000:", SEEN + "\ttab\nold\nold");
    browser.sees(
        "Before, 1,200,0", "After, 120,000 characters", "now\nnow", "Before, 6 characters:");
    browser.sees("small", "After, 1,048,577 characters", "W".repeat(50_000) + "…");
    long shown = (Long) browser.js("return document.body.textContent.length");
    assertTrue(shown < 160_000, shown + " characters");
    harmless();
    assertEquals(List.of(), browser.barriers());
    browser.click("Hide the changes");
    browser.seesNoMore("Not compared line by line.");
  }

  @Test
  void itIsUsedByKeyboardAlone() throws IOException {
    host();
    String id = mergeNotes();
    enter();
    browser.press(Keys.TAB);
    assertEquals("Skip to the content", browser.focused());
    browser.press(Keys.ENTER);
    assertEquals("Now", browser.focused());
    browser.reload();
    browser.sees("Live");
    browser.tabTo("Dreams");
    browser.press(Keys.ENTER);
    browser.until(
        "is led to the dreams",
        () -> browser.focused().equals("Dreams") && browser.has("main h1:focus"));
    browser.tabTo("1 consolidated");
    browser.press(Keys.ENTER);
    browser.until("is led to the dream", () -> browser.focused().equals(id));
    browser.tabTo("What it changed");
    browser.press(Keys.SPACE);
    browser.sees("+# Releasing");
    browser.tabBackTo("Take the whole dream back…");
    browser.press(Keys.ENTER);
    browser.until(
        "is led to the plan", () -> browser.focused().equals("Take back the whole dream"));
    browser.tabTo("typed");
    browser.press(id);
    browser.press(Keys.TAB);
    assertEquals("Take it back", browser.focused());
    browser.press(Keys.SPACE);
    browser.sees("It is taken back.");
    browser.seesNoMore("Take the whole dream back…");
    browser.until(
        "is led to what became of it",
        () -> browser.focused().equals("Taken back: the whole dream"));
    assertTrue(text("deploy.md").startsWith("# Deploying"));
  }

  /** Every screen, as it is when it has something to show. */
  @Test
  void nothingKeepsAnybodyOut() throws IOException {
    write("dream-log/drm-5.json", "torn");
    setStateAside(4);
    host();
    String id = mergeNotes();
    text("deploy.md", "by hand\n");
    browser.open(url());
    browser.sees("Not logged in");
    bothColours();
    AcquireOptions owner = new AcquireOptions().setOwner("nightly");
    DreamLock lock = ((Acquisition.Acquired) await(keeper.lock().acquire(owner))).lock();
    browser.open("about:blank");
    enter();
    browser.click("Take the lock away…");
    browser.sees("From then on it can neither renew nor write.");
    bothColours();
    await(keeper.admin().evict(lock.token(), "it hangs"));
    browser.click("Dreams");
    browser.sees("took");
    bothColours();
    go("dream", "dreams", id);
    browser.click("What it changed");
    browser.sees("+by hand");
    browser.click("Take the whole dream back…");
    browser.sees("Left alone");
    bothColours();
    browser.click("Trouble 2");
    browser.sees("evicted, it hangs", "Put back");
    bothColours();
    await(served.send("lock", "status", null));
    await(server.close());
    browser.sees("No answer since");
    browser.dark(true);
    assertEquals(List.of(), browser.barriers());
  }

  private void bothColours() {
    for (boolean dark : List.of(false, true)) {
      browser.dark(dark);
      assertEquals(List.of(), browser.barriers(), dark ? "dark" : "light");
    }
    browser.dark(false);
  }
}
