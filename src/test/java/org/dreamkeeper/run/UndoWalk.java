package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Served;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoPlan.Step;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.texts.HookedDisk;

/**
 * A random walk: dreams that change texts, a person who writes in between, undos in any order,
 * whole and in parts, and a crash in the middle of some. What a person wrote begins with {@code u},
 * what a dream did with {@code d}; no two texts are the same.
 */
final class UndoWalk {
  private static final List<String> PATHS = List.of("a.md", "b.md", "c.md", "sub/d.md", "sub/e.md");
  private static final Set<String> CHANGES =
      Set.of("rename", "link", "create", "delete", "createDirectories", "syncDirectory");
  private static final int STEPS = 9;

  private final Random random;
  private final Path dir;
  private final ManualTime time = new ManualTime(1_900_000_000_000L);
  private final HookedDisk disk = new HookedDisk();

  /** The texts before each dream. */
  private final Map<String, Map<String, String>> before = new LinkedHashMap<>();

  private int texts;
  private int crashes;

  UndoWalk(long seed, Path dir) {
    this.random = new Random(seed);
    this.dir = dir;
  }

  /** A project that is served, and its folder. */
  private record Place(Vertx vertx, Served served, Dreamkeeper keeper, Path folder) {
    void close() {
      served.close();
      await(vertx.close());
    }

    Map<String, String> texts() throws IOException {
      Map<String, String> found = new TreeMap<>();
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String path = folder.relativize(file).toString();
          if (!path.startsWith(".dreamkeeper.")) {
            found.put(path, Files.readString(file));
          }
        }
      }
      return found;
    }

    List<DreamLogEntry> log() {
      return await(keeper.log().list(LogQuery.all())).entries();
    }
  }

  private Place place(Path base, HookedDisk on) throws IOException {
    Vertx vertx = Vertx.vertx();
    Path folder = Files.createDirectories(base.resolve("texts"));
    Served served =
        Served.at(
            vertx,
            time,
            on.machine(),
            Served.config(base.resolve("base")).put("texts", folder.toString()));
    return new Place(vertx, served, Keepers.client(vertx, "dream", 30_000, time), folder);
  }

  /** Walks; gives how many crashes there were. */
  int walk() throws IOException {
    Place place = place(dir.resolve("live"), disk);
    try {
      for (int i = 0; i < STEPS; i++) {
        time.advance(10_000);
        switch (i == 0 ? 0 : random.nextInt(4)) {
          case 0, 1 -> dream(place);
          case 2 -> edit(place);
          default -> undo(place);
        }
      }
      undo(place);
      return crashes;
    } finally {
      place.close();
    }
  }

  private String text(String who) {
    return who + texts++ + "\n";
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void edit(Place place) throws IOException {
    Path file = place.folder().resolve(any(PATHS));
    if (random.nextInt(4) == 0) {
      Files.deleteIfExists(file);
    } else {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text("u"));
    }
  }

  private void dream(Place place) throws IOException {
    Map<String, String> there = place.texts();
    boolean fails = random.nextInt(5) == 0;
    RunResult<Void> result =
        await(
            place
                .keeper()
                .run(
                    new RunOptions().setForce(true),
                    run -> {
                      Future<Void> done = Future.succeededFuture();
                      Map<String, String> model = new TreeMap<>(there);
                      for (int i = random.nextInt(3); i >= 0; i--) {
                        done = operation(place, run, model, done);
                      }
                      return fails ? done.compose(all -> Future.failedFuture("no model")) : done;
                    }));
    String id =
        result.fold(
            completed -> completed.entry().id(),
            nothing -> "",
            partial -> partial.entry().id(),
            failed -> failed.entry().orElseThrow().id(),
            skipped -> "",
            lost -> "");
    assertFalse(id.isEmpty(), result::toString);
    before.put(id, there);
  }

  private Future<Void> operation(
      Place place, DreamRun run, Map<String, String> model, Future<Void> first) {
    String path = any(PATHS);
    String text = text("d");
    boolean there = model.containsKey(path);
    int kind = random.nextInt(4);
    if (kind == 0 && there) {
      model.remove(path);
      return first.compose(
          done -> run.texts().delete(path).record(TextUndoTestBase.merge("a.md", path)));
    }
    if (kind == 1 && there) {
      String to = "archive/" + texts++ + ".md";
      model.put(to, model.remove(path));
      return first.compose(
          done -> run.texts().move(path, to).record(TextUndoTestBase.archive(path)));
    }
    model.put(path, text);
    if (kind == 2) {
      // By itself, as a worker does that knows nothing of run.texts().
      return first
          .compose(done -> run.record(TextUndoTestBase.create(path)))
          .compose(recorded -> write(place, path, text));
    }
    return first.compose(
        done -> run.texts().write(path, text).record(TextUndoTestBase.merge(path, path)));
  }

  private static Future<Void> write(Place place, String path, String text) {
    Path file = place.folder().resolve(path);
    return place
        .vertx()
        .fileSystem()
        .mkdirs(file.getParent().toString())
        .compose(
            made -> place.vertx().fileSystem().writeFile(file.toString(), Buffer.buffer(text)));
  }

  private void undo(Place place) throws IOException {
    List<DreamLogEntry> over =
        place.log().stream().filter(entry -> entry.status() != DreamStatus.UNDONE).toList();
    if (over.isEmpty()) {
      return;
    }
    DreamLogEntry entry = any(over);
    UndoRequest request = UndoRequest.of(entry.id());
    if (random.nextInt(3) == 0) {
      List<Integer> left = new ArrayList<>();
      for (int i = 0; i < entry.operations().size(); i++) {
        if (!entry.undoneOperations().contains(i)) {
          left.add(i);
        }
      }
      request = request.withOperations(List.of(any(left)));
    }
    UndoPlan plan = await(place.keeper().admin().planUndo(request));
    Map<String, String> texts = place.texts();
    int steps = random.nextBoolean() ? -1 : 1 + random.nextInt(40);
    Path image = dir.resolve("image" + crashes);
    AtomicInteger count = new AtomicInteger();
    disk.hook(
        (operation, path) -> {
          if (path.startsWith(place.folder().toRealPath())
              && CHANGES.contains(operation)
              && count.incrementAndGet() == steps) {
            image(place, image);
          }
        });
    UndoPlan done = await(place.keeper().admin().undo(plan));
    disk.hook((operation, path) -> {});
    check(place, entry, texts, done);
    if (Files.exists(image)) {
      crashes++;
      afterCrash(image, entry, texts, plan);
    }
  }

  /** What is there if every process dies now; nothing else is under way. */
  static void image(Path live, Path image) throws IOException {
    Path base = Files.createDirectories(image.resolve("base"));
    Image.take(live.resolve("base"), base);
    try (Stream<Path> all = Files.walk(live.resolve("texts"))) {
      for (Path file : all.toList()) {
        Path copy = image.resolve("texts").resolve(live.resolve("texts").relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  private void image(Place place, Path image) throws IOException {
    image(place.folder().getParent(), image);
  }

  private void afterCrash(Path image, DreamLogEntry entry, Map<String, String> texts, UndoPlan plan)
      throws IOException {
    Place place = place(image, new HookedDisk());
    try {
      boolean begun = await(place.keeper().state().read()).more().containsKey("undoing");
      if (random.nextBoolean() || !begun) {
        UndoPlan done = await(place.keeper().admin().undo(plan));
        check(place, entry, texts, done);
      } else {
        await(
            place
                .keeper()
                .<Void>run(new RunOptions().setForce(true), run -> Future.succeededFuture()));
        kept(texts, place.texts());
        agree(place);
      }
    } finally {
      place.close();
    }
  }

  private void check(Place place, DreamLogEntry entry, Map<String, String> texts, UndoPlan done)
      throws IOException {
    Map<String, String> now = place.texts();
    kept(texts, now);
    assertFalse(done.status() == UndoPlan.Status.ERROR, done::toString);
    Set<String> standing = new HashSet<>();
    Set<String> paths = new TreeSet<>();
    for (UndoPlan.FileStep file : done.files()) {
      paths.add(file.path());
      if (file.step() == Step.CONFLICT || file.step() == Step.IMPOSSIBLE) {
        standing.add(file.path());
      }
    }
    if (done.operations().size() == entry.operations().size()) {
      for (String path : paths) {
        if (!standing.contains(path)) {
          assertEquals(before.get(entry.id()).get(path), now.get(path), () -> path + " of " + done);
        }
      }
    }
    agree(place);
  }

  /** What a person wrote is where it was, or moved back with the file that a dream had moved. */
  private static void kept(Map<String, String> before, Map<String, String> now) {
    Set<String> lost = new TreeSet<>(before.values());
    lost.removeIf(text -> text.startsWith("d"));
    lost.removeAll(now.values());
    assertEquals(Set.of(), lost, () -> "lost; before " + before + ", now " + now);
  }

  private void agree(Place place) {
    DreamState state = await(place.keeper().state().read());
    assertFalse(state.more().containsKey("undoing"), state::toString);
    List<DreamLogEntry> completed =
        place.log().stream().filter(each -> each.status() == DreamStatus.COMPLETED).toList();
    assertEquals(completed.size(), state.totalDreams());
    Optional<DreamLogEntry> last = completed.stream().findFirst();
    assertEquals(last.map(DreamLogEntry::id), state.lastDreamLogId());
    Optional<Instant> at = last.flatMap(DreamLogEntry::completedAt);
    var lock = await(place.keeper().lock().status());
    assertFalse(lock.held());
    assertEquals(at, lock.lastCompletedAt());
    for (DreamLogEntry entry : place.log()) {
      assertTrue(
          entry.status() == DreamStatus.UNDONE
              || entry.operations().isEmpty()
              || entry.undoneOperations().size() < entry.operations().size(),
          entry::toString);
    }
  }
}
