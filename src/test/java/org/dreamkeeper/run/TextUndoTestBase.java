package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Served;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.dreamkeeper.texts.HookedDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A served project with a folder of texts, and what dreams do to it. */
abstract class TextUndoTestBase {
  final HookedDisk disk = new HookedDisk();

  @TempDir Path dir;
  @TempDir Path texts;
  Vertx vertx;
  Served served;
  Dreamkeeper keeper;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    serve();
  }

  void serve() {
    served =
        Served.at(
            vertx,
            Time.system(vertx),
            disk.machine(),
            Served.config(dir).put("texts", texts.toString()));
    keeper = Dreamkeeper.client(vertx);
  }

  @AfterEach
  void stop() {
    disk.hook((operation, path) -> {});
    served.close();
    await(vertx.close());
  }

  void text(String path, String text) throws IOException {
    Path file = texts.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The texts, without what an undo keeps beside them. */
  Map<String, String> texts() throws IOException {
    Map<String, String> all = all();
    all.keySet().removeIf(path -> path.startsWith(".dreamkeeper."));
    return all;
  }

  /** What undos have moved away. */
  List<String> kept() throws IOException {
    Map<String, String> all = all();
    all.keySet().removeIf(path -> !path.startsWith(".dreamkeeper."));
    return List.copyOf(all.values());
  }

  private Map<String, String> all() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(texts)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(texts.relativize(file).toString(), Files.readString(file));
      }
    }
    return found;
  }

  /** Dreams, and gives the entry's id. */
  String dream(Function<DreamRun, Future<Void>> work) {
    return RunTestBase.completed(await(keeper.run(new RunOptions().setForce(true), work)))
        .entry()
        .id();
  }

  static Consolidate merge(String output, String... inputs) {
    return new Consolidate(
        Consolidate.Action.MERGE, List.of(inputs), output, null, false, "the same");
  }

  static Prune archive(String path) {
    return new Prune(Prune.Action.ARCHIVE, path, "stale", false, null, null);
  }

  static Synthesize create(String path) {
    return new Synthesize(Synthesize.Action.CREATE, path, List.of(), 1, false);
  }

  DreamLogEntry entry(String id) {
    return await(keeper.log().getById(id)).orElseThrow();
  }

  UndoPlan plan(UndoRequest request) {
    return await(keeper.admin().planUndo(request));
  }

  UndoPlan undo(UndoRequest request) {
    return await(keeper.admin().undo(plan(request)));
  }

  /** Each file's step, by its path. */
  static Map<String, String> steps(UndoPlan plan) {
    Map<String, String> steps = new TreeMap<>();
    plan.files()
        .forEach(
            file ->
                steps.merge(
                    file.path(), file.step().toString(), (one, other) -> one + " " + other));
    return steps;
  }

  static String refused(FailureCode code, Future<?> future) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(future));
    DreamkeeperException why = (DreamkeeperException) failed.getCause();
    assertEquals(code, why.code(), why.getMessage());
    return why.reason();
  }
}
