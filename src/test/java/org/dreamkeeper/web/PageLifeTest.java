package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;

/** The page while things come and go: it says when it does not know how things are. */
final class PageLifeTest extends PageTestBase {
  @Test
  void aHostThatComesBackIsShownAgain() {
    host();
    enter();
    browser.sees("0 of the 3 that it takes");
    String instance = served.ask("admin", "overview", null).getString("instance");
    browser.sees(instance);
    await(server.close());
    served.close();
    browser.sees("No answer since ");
    assertTrue(browser.has("main.away"));
    browser.sees(instance);
    project(Time.system(vertx));
    await(keeper.state().incrementCurationCount(2));
    open(new WebOptions());
    browser.sees("Live", "2 of the 3 that it takes");
    browser.seesNoMore(instance);
    browser.until("is not grey", () -> !browser.has("main.away"));
  }

  /** The server answers, but nobody serves the project. */
  @Test
  void aProjectThatIsServedNoMoreIsNotShownAsIfItWere() {
    host();
    enter();
    served.close();
    browser.sees("No answer since ");
    project(Time.system(vertx));
    browser.sees("Live");
    browser.until("is not grey", () -> !browser.has("main.away"));
  }

  @Test
  void aDiskThatHangsIsTold() {
    ManualTime time = new ManualTime(System.currentTimeMillis());
    CountDownLatch thaw = new CountDownLatch(1);
    project(time);
    listen(new WebOptions());
    enter();
    for (FaultyDisk.Op op : FaultyDisk.Op.values()) {
      disk.on(
          op,
          name -> {
            try {
              thaw.await();
            } catch (InterruptedException stop) {
              throw new IOException(stop);
            }
          });
    }
    try {
      Future<?> hangs = served.send("log", "nextId", null).otherwiseEmpty();
      served.arrived();
      time.leap(12_000);
      passing(time, "Its storage does not answer");
      passing(time, "stalled since");
      browser.click("Trouble 1");
      passing(time, "This could not be read: ");
      thaw.countDown();
      await(hangs);
      browser.until(
          "sees that it answers again",
          () -> {
            time.leap(50);
            return !browser.text().contains("does not answer")
                && !browser.text().contains("could not be read");
          });
    } finally {
      thaw.countDown();
    }
  }

  private void passing(ManualTime time, String text) {
    browser.until(
        "sees " + text,
        () -> {
          time.leap(50);
          return browser.text().contains(text);
        });
  }

  @Test
  void tenThousandEntriesAreTurnedPageByPage() throws IOException {
    long first = 1_775_822_400_000L;
    JsonArray operations = new JsonArray();
    JsonObject operation =
        JsonObject.of("type", "PRUNE", "action", "KEEP", "file", "a.md", "reason", "it is true");
    for (int i = 0; i < 10_000; i++) {
      operations.add(operation.copy().put("needsReview", false));
    }
    for (int i = 0; i < 10_000; i++) {
      JsonObject entry = entry("drm-" + (first + i), "completed", first + i);
      writeEntry(i == 9_999 ? entry.put("operations", operations) : entry);
    }
    host("log", JsonObject.of("maxEntries", 10_000));
    enter();
    browser.sees("10,000 completed");
    browser.click("Dreams");
    browser.sees("drm-" + (first + 9_999));
    assertEquals(20L, browser.js("return document.querySelectorAll('.timeline li').length"));
    browser.click("Older →");
    browser.sees("Page 2", "drm-" + (first + 9_979));
    go("dream", "dreams", "drm-" + (first + 9_999));
    browser.sees("10,000 operations");
    assertEquals(50L, browser.js("return document.querySelectorAll('.operations li').length"));
    browser.click("Show 50 more");
    browser.until(
        "shows more",
        () -> browser.js("return document.querySelectorAll('.operations li').length").equals(100L));
  }

  /** Who has it open in many tabs asks only from the one that he looks at. */
  @Test
  void eightTabsFollowWithOneStream() {
    host();
    enter();
    List<String> tabs = new ArrayList<>();
    for (int i = 1; i < 8; i++) {
      tabs.add(browser.newTab());
      browser.open(url());
      browser.sees("Live");
    }
    until(() -> streams.size() == 1);
    await(keeper.state().incrementCurationCount(2));
    browser.sees("2 of the 3 that it takes");
    await(keeper.state().incrementCurationCount(5));
    for (String tab : tabs) {
      browser.closeTab();
      browser.tabs().window(tab);
      browser.sees("7 of the 3 that it takes", "Live");
    }
    until(() -> streams.size() == 1);
  }
}
