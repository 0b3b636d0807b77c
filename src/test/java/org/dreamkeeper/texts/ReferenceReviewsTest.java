package org.dreamkeeper.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference's pending reviews of what was taken back. */
final class ReferenceReviewsTest {
  private final Disk disk = Machine.REAL.disk();

  @TempDir Path dir;

  private static JsonObject operation(String type, String path, String status) {
    return JsonObject.of("type", type, "path", path, "status", "success", "reviewStatus", status);
  }

  private Path review(String name, String taskId, JsonObject... operations) throws IOException {
    Path base = Files.createDirectories(dir.resolve("my project/.brv"));
    Path log =
        Files.createDirectories(
            dir.resolve("data/projects")
                .resolve(ReferenceReviews.name(base.toRealPath().getParent()))
                .resolve("curate-log"));
    JsonObject entry =
        JsonObject.of("id", name, "input", JsonObject.of("context", "dream"))
            .put("operations", new JsonArray(List.of(operations)))
            .put("taskId", taskId)
            .put("status", "completed");
    return Files.write(log.resolve(name + ".json"), JsonText.print(entry));
  }

  private ReferenceReviews reviews() throws IOException {
    return ReferenceReviews.of(
        disk,
        dir.resolve("my project/.brv").toString(),
        Map.of("BRV_DATA_DIR", dir.resolve("data").toString()));
  }

  private static List<String> statuses(Path file) throws IOException {
    return JsonText.parseObject(Files.readAllBytes(file))
        .orElseThrow()
        .getJsonArray("operations")
        .stream()
        .map(each -> ((JsonObject) each).getString("reviewStatus"))
        .toList();
  }

  @Test
  void thoseOfTheDreamAreRejected() throws IOException {
    Path its =
        review(
            "cur-1",
            "T1",
            operation("MERGE", "a.md", "pending"),
            operation("DELETE", "b.md", "pending"));
    Path others = review("cur-2", "T2", operation("MERGE", "a.md", "pending"));
    reviews().reject("T1", List.of("MERGE:a.md"));
    assertEquals(List.of("rejected", "pending"), statuses(its));
    assertEquals(List.of("pending"), statuses(others));
  }

  @Test
  void ofADreamWithoutATaskOnlyWhenItIsTheOnlyOne() throws IOException {
    Path one = review("cur-1", "T1", operation("MERGE", "a.md", "pending"));
    reviews().reject(null, List.of("MERGE:a.md"));
    assertEquals(List.of("rejected"), statuses(one));
    Path two = review("cur-2", "T2", operation("MERGE", "a.md", "pending"));
    reviews().reject(null, List.of("MERGE:a.md"));
    assertEquals(List.of("pending"), statuses(two));
  }

  @Test
  void aProjectIsNamedAsTheReferenceDoes() throws IOException {
    assertEquals("home--me--a%2D%2Db%25%3A", ReferenceReviews.name(Path.of("/home/me/a--b%:")));
    String deep = "/" + "0123456789/".repeat(30);
    assertEquals(200, ReferenceReviews.name(Path.of(deep)).length());
    assertNull(ReferenceReviews.of(disk, dir.toString(), Map.of()));
  }
}
