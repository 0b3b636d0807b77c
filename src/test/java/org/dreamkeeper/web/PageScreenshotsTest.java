package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.junit.jupiter.api.Test;

/** The pictures of the guide; they are made anew with {@code -Dscreenshots=true}. */
final class PageScreenshotsTest extends PageTestBase {
  private static final Path IMAGES = Path.of("src/docs/images");
  private static final int LARGEST = 150_000;
  private static final long HOUR = 3_600_000;

  private final long now = System.currentTimeMillis();

  private void show(String name, String seen) throws IOException {
    browser.sees(seen);
    assertEquals(List.of(), browser.barriers());
    browser.whole();
    byte[] picture = browser.screenshot();
    if (Boolean.getBoolean("screenshots")) {
      assertTrue(picture.length < LARGEST, name + " has " + picture.length + " bytes");
      Files.createDirectories(IMAGES);
      Files.write(IMAGES.resolve(name + ".png"), picture);
    }
  }

  private void past(long hoursAgo, String status, JsonObject summary, JsonObject more)
      throws IOException {
    long at = now - hoursAgo * HOUR - 17 * 60_000;
    JsonObject entry = entry("drm-" + at, status, at).mergeIn(more);
    entry.getJsonObject("summary").mergeIn(summary);
    writeEntry(entry);
  }

  private void yesterdays() throws IOException {
    past(102, "completed", JsonObject.of("consolidated", 3, "pruned", 1), new JsonObject());
    past(79, "completed", JsonObject.of("synthesized", 1, "flaggedForReview", 1), new JsonObject());
    past(
        55,
        "partial",
        JsonObject.of("consolidated", 2),
        JsonObject.of("abortReason", "the agent has work to do"));
    past(54, "completed", JsonObject.of("consolidated", 2, "pruned", 3), new JsonObject());
    past(
        31,
        "undone",
        JsonObject.of("consolidated", 1, "pruned", 2),
        JsonObject.of("undoneAt", now - 28 * HOUR));
    past(
        30,
        "error",
        JsonObject.of("consolidated", 0, "errors", 1),
        JsonObject.of("error", "Interrupted: the host ended before the dream did"));
    past(14, "completed", JsonObject.of("consolidated", 1), new JsonObject());
  }

  private void sample() throws IOException {
    Path from = Path.of("conf/sample/notes");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        text(from.relativize(file).toString(), Files.readString(file));
      }
    }
  }

  private String dreamOfTheSample() {
    return dream(
        run ->
            run.texts()
                .write(
                    "infra/deploy.md",
                    """
                    # Deploying

                    Run `make release`, and tell the team first.
                    The canary takes ten minutes; watch its error rate.

                    To roll back, run `make rollback`.
                    """)
                .delete("infra/deploy-steps.md")
                .record(
                    merge(
                        "Both tell how a release is made",
                        "infra/deploy.md",
                        "infra/deploy.md",
                        "infra/deploy-steps.md"))
                .compose(
                    done ->
                        run.texts()
                            .write("api/limits.md", "# Limits\n\n600 requests a minute.\n")
                            .record(
                                new Synthesize(
                                    Synthesize.Action.UPDATE,
                                    "api/limits.md",
                                    List.of("billing/rate-limits.md"),
                                    0.9,
                                    true)))
                .compose(
                    done ->
                        run.record(
                            new Prune(
                                Prune.Action.SUGGEST_MERGE,
                                "db/pooling.md",
                                "Both tell how connections are pooled",
                                true,
                                "db/postgres.md",
                                null))));
  }

  @Test
  void theFourScreens() throws IOException {
    sample();
    yesterdays();
    write("dream-log/drm-1741000000000.json", "{\"id\": \"drm-1741000000000\", \"operations\": [");
    setStateAside(31);
    host();
    String id = dreamOfTheSample();
    await(keeper.state().update(JsonObject.of("totalDreams", 31)));
    await(keeper.state().incrementCurationCount(2));
    AcquireOptions options =
        new AcquireOptions().setOwner("nightly").setLease(Duration.ofMinutes(30));
    DreamLock lock = ((Acquisition.Acquired) await(keeper.lock().acquire(options))).lock();
    await(keeper.admin().evict(lock.token(), "it hung for two hours"));
    served.ask("state", "gates", new JsonObject());
    enter();
    show("page-now", "It dreamt not long ago");
    browser.click("Dreams");
    show("page-dreams", "the agent has work to do");
    go("dream", "dreams", id);
    browser.js("document.querySelector('.operations button').click()");
    browser.sees("+# Deploying");
    browser.js("document.querySelector('.operations button:last-child').click()");
    show("page-dream", "The old text is put back");
    browser.click("Leave it");
    browser.click("Trouble 2");
    show("page-trouble", "evicted");
  }
}
