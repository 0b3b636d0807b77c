package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Served;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.texts.HookedDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every process dies before one of the changes that an undo makes of the texts, whichever. */
final class UndoCrashTest {
  private static final Set<String> CHANGES = Set.of("rename", "link", "create", "delete");
  private static final Map<String, String> BEFORE =
      Map.of("a.md", "a", "b.md", "b", "old/c.md", "c");

  private final ManualTime time = new ManualTime(1_900_000_000_000L);

  @TempDir Path dir;

  private Served serve(Vertx vertx, HookedDisk disk, Path place) throws IOException {
    Path folder = Files.createDirectories(place.resolve("texts"));
    return Served.at(
        vertx,
        time,
        disk.machine(),
        Served.config(place.resolve("base")).put("texts", folder.toString()));
  }

  private static Map<String, String> texts(Path place) throws IOException {
    Path folder = place.resolve("texts");
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    found.keySet().removeIf(path -> path.startsWith(".dreamkeeper."));
    return found;
  }

  @Test
  void itIsFinishedByTheSameCallOrTheNextDream() throws IOException {
    Path live = dir.resolve("live");
    HookedDisk disk = new HookedDisk();
    Vertx vertx = Vertx.vertx();
    Served served = serve(vertx, disk, live);
    Dreamkeeper keeper = Keepers.client(vertx, "dream", 30_000, time);
    for (Map.Entry<String, String> text : BEFORE.entrySet()) {
      Path file = live.resolve("texts").resolve(text.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.getValue());
    }
    String id =
        RunTestBase.completed(
                await(
                    keeper.run(
                        new RunOptions().setForce(true),
                        run ->
                            run.texts()
                                .write("a.md", "ab")
                                .delete("b.md")
                                .record(TextUndoTestBase.merge("a.md", "a.md", "b.md"))
                                .compose(
                                    done ->
                                        run.texts()
                                            .move("old/c.md", "archive/c.md")
                                            .record(TextUndoTestBase.archive("old/c.md")))
                                .compose(
                                    done ->
                                        run.texts()
                                            .write("f.md", "f")
                                            .record(TextUndoTestBase.create("f.md"))))))
            .entry()
            .id();
    UndoPlan plan = await(keeper.admin().planUndo(UndoRequest.of(id)));
    List<Path> images = new ArrayList<>();
    Path folder = live.resolve("texts").toRealPath();
    disk.hook(
        (operation, path) -> {
          if (path.startsWith(folder) && CHANGES.contains(operation)) {
            Path image = dir.resolve("image" + images.size());
            UndoWalk.image(live, image);
            images.add(image);
          }
        });
    assertEquals(UndoPlan.Status.COMPLETED, await(keeper.admin().undo(plan)).status());
    disk.hook((operation, path) -> {});
    assertEquals(BEFORE, texts(live));
    served.close();
    await(vertx.close());
    assertTrue(images.size() > 15, images::toString);
    for (int i = 0; i < images.size(); i++) {
      restart(images.get(i), id, plan, i % 2 == 0);
    }
  }

  private void restart(Path image, String id, UndoPlan plan, boolean sameCall) throws IOException {
    Vertx vertx = Vertx.vertx();
    Served served = serve(vertx, new HookedDisk(), image);
    Dreamkeeper keeper = Keepers.client(vertx, "dream", 30_000, time);
    boolean begun = await(keeper.state().read()).more().containsKey("undoing");
    if (sameCall || !begun) {
      UndoPlan done = await(keeper.admin().undo(plan));
      assertEquals(UndoPlan.Status.COMPLETED, done.status(), () -> image + ": " + done);
    } else {
      await(keeper.run(new RunOptions().setForce(true), run -> run.<Void>nothing()));
    }
    assertEquals(BEFORE, texts(image), image::toString);
    assertEquals(DreamStatus.UNDONE, await(keeper.log().getById(id)).orElseThrow().status());
    assertEquals(Optional.empty(), await(keeper.state().read()).lastDreamLogId());
    assertFalse(await(keeper.state().read()).more().containsKey("undoing"));
    assertFalse(await(keeper.lock().status()).held());
    served.close();
    await(vertx.close());
  }
}
