package org.dreamkeeper.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dreamkeeper.postgres.PgProcess;

/**
 * What an acknowledged write, a read, a list, a start and a lock cost, each beside the limit that
 * was measured in the same run, in turn with it. Prints a table; medians of the rounds.
 */
public final class Benchmarks {
  private static final int MANY = 10_000;
  private static final int BATCH = 100;

  /** After a start, what may be pruned is validated once, beside the first saves. */
  private static final int SETTLING_ROUNDS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final Load load = new Load(vertx);
  private final Path home;
  private final AtomicLong ids = new AtomicLong(1_800_000_000_000L);

  private Benchmarks(Path home) {
    this.home = home;
  }

  /** Runs all, or those whose name contains one of the arguments. */
  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory(Path.of("target"), "bench").toAbsolutePath();
    try {
      new Benchmarks(home).run(List.of(args));
    } finally {
      try (Stream<Path> all = Files.walk(home)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    System.exit(0);
  }

  private interface Benchmark {
    void run() throws Exception;
  }

  private void run(List<String> wanted) throws Exception {
    FileStore store = Files.getFileStore(home);
    System.out.printf(
        "%d cores, %s, Java %s%n",
        Runtime.getRuntime().availableProcessors(), store.type(), Runtime.version());
    System.out.printf(
        "%-46s | %14s | %14s | %7s | %s%n", "work", "figure", "limit", "ratio", "target");
    List<String> names =
        List.of(
            "increment",
            "save",
            "append",
            "os",
            "read",
            "list",
            "keep",
            "start",
            "lock",
            "idle",
            "large",
            "watched",
            "postgres");
    List<Benchmark> all =
        List.of(
            this::increment,
            this::save,
            this::append,
            this::unsynced,
            this::read,
            this::list,
            this::keep,
            this::start,
            this::lock,
            this::idle,
            this::large,
            this::watched,
            this::postgres);
    for (int i = 0; i < all.size(); i++) {
      if (wanted.isEmpty() || wanted.contains(names.get(i))) {
        all.get(i).run();
      }
    }
  }

  private static void print(String work, Measure.Pair pair, String unit, String target) {
    System.out.printf(
        Locale.ROOT,
        "%-46s | %,10.1f %3s | %,10.1f %3s | %7.2f | %s%n",
        work,
        pair.ours(),
        unit,
        pair.limit(),
        unit,
        pair.ratio(),
        target);
  }

  private JsonObject os() {
    return new JsonObject().put("durability", "os");
  }

  private Measure.Figure raw(String name, boolean sync) throws IOException {
    Path dir = Files.createDirectories(home.resolve(name));
    byte[] content =
        Project.entry(1, "completed").encodePrettily().getBytes(StandardCharsets.UTF_8);
    return Measure.perSecond(
        () -> {
          Raw.replace(dir.resolve("target.json"), content, sync);
          return null;
        });
  }

  private Measure.Figure rawDistinct(String name, boolean sync) throws IOException {
    Path dir = Files.createDirectories(home.resolve(name));
    byte[] content =
        Project.entry(1, "completed").encodePrettily().getBytes(StandardCharsets.UTF_8);
    return Measure.perSecond(
        () -> {
          Raw.replace(dir.resolve("drm-" + ids.incrementAndGet() + ".json"), content, sync);
          return null;
        });
  }

  private static Supplier<Future<?>> increment(Project project) {
    return () -> project.send("state", "incrementCurationCount", new JsonObject());
  }

  private Supplier<Future<?>> save(Project project) {
    return () -> project.send("log", "save", Project.entry(ids.incrementAndGet(), "completed"));
  }

  private static JsonObject keeping(int entries) {
    return new JsonObject().put("log", new JsonObject().put("maxEntries", entries));
  }

  private void increment() throws Exception {
    Project project = Project.serve(vertx, home.resolve("inc"), new JsonObject());
    Measure.Figure raw = raw("inc-raw", true);
    print(
        "incrementCurationCount, 1 in flight",
        Measure.inTurn(load.perSecond(1, increment(project)), raw),
        "/s",
        "≥ 0.6");
    print(
        "incrementCurationCount, 256 in flight",
        Measure.inTurn(load.perSecond(256, increment(project)), raw),
        "/s",
        "≥ 60");
    project.stop();
  }

  private void watched() throws Exception {
    Project project = Project.serve(vertx, home.resolve("watched"), new JsonObject());
    Watchers watchers = new Watchers(vertx, project.address());
    Measure.Figure alone = load.perSecond(256, increment(project));
    print(
        "increments, 256 in flight, watched; limit: not",
        Measure.inTurn(watchers.during(alone), alone),
        "/s",
        "≥ 0.98");
    watchers.close();
    project.stop();
  }

  private void save() throws Exception {
    Project project = Project.serve(vertx, home.resolve("save"), keeping(1_000_000));
    Measure.Figure raw = rawDistinct("save-raw", true);
    print(
        "save of distinct entries, 1 in flight",
        Measure.inTurn(load.perSecond(1, save(project)), raw),
        "/s",
        "≥ 0.5");
    print(
        "save of distinct entries, 64 in flight",
        Measure.inTurn(load.perSecond(64, save(project)), raw),
        "/s",
        "≥ 1.5");
    project.stop();
  }

  private void append() throws Exception {
    JsonObject roomy = new JsonObject().put("maxBytes", 1L << 30).put("maxMessageBytes", 1 << 26);
    Project project = Project.serve(vertx, home.resolve("append"), roomy);
    String large = begun(project);
    for (int i = 0; i < MANY; i += BATCH) {
      Project.await(append(project, large, BATCH));
    }
    Measure.Figure few =
        () -> {
          String small = begun(project);
          Project.await(append(project, small, 10));
          return load.perSecond(1, () -> append(project, small, 1)).call();
        };
    print(
        "append, at 10,000 operations; limit: from 10 on",
        Measure.inTurn(load.perSecond(1, () -> append(project, large, 1)), few),
        "/s",
        "≥ 0.5");
    project.stop();
  }

  private String begun(Project project) throws Exception {
    JsonObject entry = Project.entry(ids.incrementAndGet(), "processing");
    entry.put("startedAt", System.currentTimeMillis()).put("operations", new JsonArray());
    Project.await(project.send("log", "save", entry));
    return entry.getString("id");
  }

  private static Future<?> append(Project project, String id, int count) {
    JsonArray some = Project.entry(1, "completed").getJsonArray("operations");
    JsonArray operations = new JsonArray();
    for (int i = 0; i < count; i++) {
      operations.add(some.getJsonObject(i % some.size()));
    }
    JsonObject body = new JsonObject().put("id", id).put("operations", operations);
    return project.send("log", "append", body);
  }

  private void unsynced() throws Exception {
    Project project = Project.serve(vertx, home.resolve("os"), keeping(1_000_000).mergeIn(os()));
    print(
        "incrementCurationCount, os, 1 in flight",
        Measure.inTurn(load.perSecond(1, increment(project)), raw("os-raw", false)),
        "/s",
        "≥ 0.5");
    print(
        "save, os, 1 in flight; limit: replacements",
        Measure.inTurn(load.perSecond(1, save(project)), raw("os-raw2", false)),
        "/s",
        "≥ 0.5");
    print(
        "save, os, 1 in flight; limit: new files",
        Measure.inTurn(load.perSecond(1, save(project)), rawDistinct("os-raw3", false)),
        "/s",
        "");
    project.stop();
  }

  private void read() throws Exception {
    Project project = Project.serve(vertx, home.resolve("read"), new JsonObject());
    Project.await(project.send("state", "incrementCurationCount", new JsonObject()));
    Path file = home.resolve("read/dream-state.json");
    JsonMapper mapper = new JsonMapper();
    print(
        "read, 256 in flight; limit: read the file",
        Measure.inTurn(
            load.perSecond(256, () -> project.send("state", "read", null)),
            Measure.perSecond(() -> mapper.readTree(Files.readAllBytes(file)))),
        "/s",
        "100,000/s or ≥ 50");
    project.stop();
  }

  private void list() throws Exception {
    Project.fill(home.resolve("list-many"), MANY);
    Project.fill(home.resolve("list-few"), 100);
    Project many = Project.serve(vertx, home.resolve("list-many"), keeping(1_000_000));
    Project few = Project.serve(vertx, home.resolve("list-few"), keeping(1_000_000));
    JsonObject all = new JsonObject().put("limit", 20);
    JsonObject partial = all.copy().put("status", new JsonArray().add("partial"));
    for (JsonObject query : List.of(all, partial)) {
      print(
          "list " + query.encode() + ", 10,000; limit: 100",
          Measure.inTurn(
              load.perSecond(1, () -> many.send("log", "list", query)),
              load.perSecond(1, () -> few.send("log", "list", query))),
          "/s",
          "≥ 0.5");
    }
    many.stop();
    few.stop();
  }

  private void keep() throws Exception {
    Project.fill(home.resolve("keep-many"), MANY);
    Project.fill(home.resolve("keep-few"), 50);
    Project many = Project.serve(vertx, home.resolve("keep-many"), keeping(MANY));
    Project few = Project.serve(vertx, home.resolve("keep-few"), keeping(50));
    for (int i = 0; i < SETTLING_ROUNDS; i++) {
      load.perSecond(1, save(many)).call();
    }
    print(
        "save at 10,000 kept entries; limit: 50",
        Measure.inTurn(load.perSecond(1, save(many)), load.perSecond(1, save(few))),
        "/s",
        "≥ 0.83");
    many.stop();
    few.stop();
  }

  private void start() throws Exception {
    Path dir = home.resolve("start");
    Project.fill(dir, MANY);
    print(
        "start at 10,000 entries; limit: read all",
        Measure.inTurn(
            () -> {
              long begin = System.nanoTime();
              Project project = Project.serve(vertx, dir, keeping(1_000_000));
              double ms = (System.nanoTime() - begin) / 1e6;
              project.stop();
              return ms;
            },
            () -> {
              long begin = System.nanoTime();
              try (Stream<Path> files = Files.list(dir.resolve("dream-log"))) {
                for (Path file : files.toList()) {
                  Files.readAllBytes(file);
                }
              }
              return (System.nanoTime() - begin) / 1e6;
            }),
        "ms",
        "≤ 3");
  }

  private void lock() throws Exception {
    Project project = Project.serve(vertx, home.resolve("lock"), new JsonObject());
    Path dir = Files.createDirectories(home.resolve("lock-raw"));
    byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
    Measure.Pair pair =
        Measure.inTurn(
            load.perSecond(1, () -> acquireAndRelease(project)),
            Measure.perSecond(
                () -> {
                  Raw.replace(dir.resolve("dream.lock"), pid, false);
                  Raw.replace(dir.resolve("dream.lock"), new byte[0], false);
                  return null;
                }));
    print(
        "acquire + release; limit: two replacements",
        new Measure.Pair(1e6 / pair.ours(), 1e6 / pair.limit(), 1 / pair.ratio()),
        "µs",
        "≤ 1.7");
    project.stop();
  }

  private static Future<Message<JsonObject>> acquireAndRelease(Project project) {
    return project
        .send("lock", "tryAcquire", new JsonObject())
        .compose(
            grant ->
                project.send(
                    "lock",
                    "release",
                    null,
                    new DeliveryOptions()
                        .addHeader("token", grant.body().getLong("token").toString())));
  }

  private void idle() throws Exception {
    int projects = 1_000;
    Project.serve(vertx, home.resolve("first"), new JsonObject());
    long before = usedHeap();
    int threads = Thread.activeCount();
    long begin = System.nanoTime();
    List<Project> all = new ArrayList<>();
    for (int i = 0; i < projects; i++) {
      all.add(Project.serve(vertx, home.resolve("idle" + i), new JsonObject()));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    double kilobytes = (usedHeap() - before) / 1024.0 / projects;
    System.out.printf(
        Locale.ROOT,
        "%-46s | %,10.1f KB  | %,10.1f s   | %7d | %s%n",
        "1,000 idle projects: heap each, time, threads",
        kilobytes,
        seconds,
        Thread.activeCount() - threads,
        "≤ 150 KB, ≤ 20 s, no thread each");
    for (Project each : all) {
      each.stop();
    }
  }

  private static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void large() throws Exception {
    System.out.printf(
        "%-46s | %10d times the event loop was blocked for 20 ms | target 0%n",
        "20 saves of a 1 MB entry", LargeEntry.blocked(home.resolve("large")));
  }

  /** A server of our own syncs as one in production does. */
  private void postgres() throws Exception {
    String given = System.getenv("DREAMKEEPER_PG");
    String uri = given == null ? new PgProcess(true).uri() : given;
    PgConnection client = Project.await(PgConnection.connect(vertx, uri));
    Project.await(
        client
            .query("CREATE TABLE IF NOT EXISTS raw (id int PRIMARY KEY, content json)")
            .execute());
    Project.await(
        client.query("INSERT INTO raw VALUES (1, '{}') ON CONFLICT DO NOTHING").execute());
    String update = "UPDATE raw SET content = $2::text::json WHERE id = $1";
    PreparedStatement prepared = Project.await(client.prepare(update));
    String address = "bench-" + ids.incrementAndGet();
    JsonObject config = keeping(1_000_000).put("postgres", uri);
    Project project = Project.serve(vertx, home.resolve(address), config);
    JsonObject state =
        Project.await(project.send("state", "incrementCurationCount", new JsonObject())).body();
    Measure.Figure states = updates(prepared, state);
    Measure.Figure entries = updates(prepared, Project.entry(1, "completed"));
    postgres("incrementCurationCount, PostgreSQL", 1, increment(project), states, "≥ 0.8");
    postgres("incrementCurationCount, PostgreSQL", 256, increment(project), states, "≥ 40");
    postgres("save, PostgreSQL", 1, save(project), entries, "≥ 0.5");
    postgres("save, PostgreSQL", 64, save(project), entries, "≥ 5");
    project.stop();
    Project.await(client.close());
  }

  /** Prepared updates of one row, one after the other, by the same client. */
  private Measure.Figure updates(PreparedStatement prepared, JsonObject content) {
    Tuple values = Tuple.of(1, content.encodePrettily());
    return load.perSecond(1, () -> prepared.query().execute(values));
  }

  private void postgres(
      String work, int inFlight, Supplier<Future<?>> request, Measure.Figure limit, String target)
      throws Exception {
    Measure.Pair pair = Measure.inTurn(load.perSecond(inFlight, request), limit);
    print(work + ", " + inFlight + " in flight", pair, "/s", target);
  }
}
