package org.dreamkeeper.host.command;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Serving;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.host.HostVerticle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Commands, as somebody gives them who stands before a directory. */
abstract class CommandTestBase {
  private static final long DISK_MS = 1_000;
  @TempDir Path dir;
  Path base;

  /** What serves, if anything does. */
  Vertx vertx;

  /** What a command runs a service on, where it does. */
  Supplier<Vertx> forTheMoment = Terminal::newVertx;

  private final List<Process> processes = new ArrayList<>();

  /** How a command ended. */
  record Ran(int code, String out, String err) {
    JsonObject json() {
      JsonObject envelope = new JsonObject(out);
      assertEquals(1, envelope.getInteger("schema"));
      assertEquals(code == 0, envelope.getBoolean("ok"));
      return envelope;
    }

    /** Gives what the only project is told as. */
    JsonObject project() {
      JsonArray projects = json().getJsonObject("data").getJsonArray("projects");
      assertEquals(1, projects.size());
      return projects.getJsonObject(0);
    }

    void says(String... parts) {
      for (String part : parts) {
        assertTrue(out.contains(part), () -> "not in it: " + part + "\n" + out + err);
      }
    }

    void saysNot(String part) {
      assertTrue(!out.contains(part), () -> "in it: " + part + "\n" + out);
    }
  }

  @BeforeEach
  void create() throws IOException {
    base = Files.createDirectory(dir.resolve("base"));
  }

  @AfterEach
  void stop() {
    unserve();
    processes.forEach(Process::destroyForcibly);
  }

  /** Gives a command about the directory, with nobody at a terminal. */
  Ran run(String... command) {
    return answering(null, command);
  }

  /** Gives a command about the directory, and answers what it asks. */
  Ran answering(String answers, String... command) {
    List<String> args = new ArrayList<>(List.of(command));
    if (!args.contains("--dir") && !args.contains("-conf")) {
      args.addAll(List.of("--dir", base.toString()));
    }
    return on(dir, forTheMoment, answers, args.toArray(String[]::new));
  }

  /** Gives a command as it stands. */
  static Ran bare(String answers, String... args) {
    return on(Path.of(""), Terminal::newVertx, answers, args);
  }

  private static Ran on(Path here, Supplier<Vertx> vertx, String answers, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            answers == null ? null : new BufferedReader(new StringReader(answers)),
            false,
            false,
            Clock.system(ZoneOffset.UTC),
            here,
            DISK_MS,
            vertx);
    int code = Commands.run(terminal, args);
    Ran ran =
        new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    assertTrue(
        ran.err().isEmpty() ? code == 0 || code == 23 : ran.err().strip().lines().count() == 1,
        () -> "not one line: " + ran);
    assertTrue(!(ran.out() + ran.err()).contains("\tat "), () -> "a stack trace: " + ran);
    return ran;
  }

  /** Serves the directory as the host does, with these settings. */
  Dreamkeeper serve(Object... settings) {
    return serveOn(Machine.REAL, settings);
  }

  /** Serves it so on another machine. */
  Dreamkeeper serveOn(Machine machine, Object... settings) {
    JsonObject project = JsonObject.of("baseDir", base.toString());
    for (int i = 0; i < settings.length; i += 2) {
      project.put((String) settings[i], settings[i + 1]);
    }
    vertx = Vertx.vertx();
    StandIns.put(vertx, Machine.class, machine);
    return host(JsonObject.of("projects", new JsonArray().add(project)));
  }

  /** Starts a host; gives the client of its first project. */
  Dreamkeeper host(JsonObject config) {
    vertx = vertx == null ? Vertx.vertx() : vertx;
    await(vertx.deployVerticle(new HostVerticle(), new DeploymentOptions().setConfig(config)));
    JsonObject first = config.getJsonArray("projects").getJsonObject(0);
    return Dreamkeeper.client(vertx, first.getString("address", "dream"));
  }

  /** Asks the host by its socket, as a probe or a scrape does. */
  String get(String path) {
    String socket;
    try {
      socket = Serving.of(base).orElseThrow().socket();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    RequestOptions options =
        new RequestOptions()
            .setServer(SocketAddress.domainSocketAddress(socket))
            .setHost("localhost")
            .setPort(80)
            .setURI(path);
    return await(
        vertx
            .createHttpClient()
            .request(options)
            .compose(request -> request.send().compose(response -> response.body()))
            .map(Object::toString));
  }

  void unserve() {
    if (vertx != null) {
      await(vertx.close());
      vertx = null;
    }
  }

  void write(String name, String content) throws IOException {
    Path file = base.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** Makes the directory a copy of the sample, which a crash left in the middle of a dream. */
  void sample() throws IOException {
    Path from = Path.of("conf/sample");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        write(from.relativize(file).toString(), Files.readString(file));
      }
    }
  }

  /** Gives the PID of another program that lives. */
  long stranger() throws IOException {
    Process process = new ProcessBuilder("sleep", "1000").start();
    processes.add(process);
    return process.pid();
  }

  static String state(JsonObject fields) {
    return JsonObject.of("version", 1, "curationsSinceDream", 9, "lastDreamAt", null)
        .put("lastDreamLogId", null)
        .put("totalDreams", 0)
        .put("pendingMerges", new JsonArray())
        .mergeIn(fields)
        .encodePrettily();
  }

  static String entry(String id, String status, long startedAt, JsonObject more) {
    return JsonObject.of("id", id, "startedAt", startedAt, "trigger", "manual", "status", status)
        .put("operations", new JsonArray())
        .put(
            "summary",
            new JsonObject(
                "{\"consolidated\":0,\"synthesized\":0,\"pruned\":0,"
                    + "\"flaggedForReview\":0,\"errors\":0}"))
        .mergeIn(more)
        .encodePrettily();
  }

  /** Gives all files with their content and time, but for what a host goes on to tell. */
  Map<String, String> files() {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.toList()) {
        String content =
            Files.isRegularFile(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                : "";
        boolean told = file.getFileName().toString().startsWith(".dreamkeeper.events-");
        if (vertx == null) {
          all.put(dir.relativize(file) + " " + Files.getLastModifiedTime(file), content);
        } else if (!told) {
          all.put(dir.relativize(file).toString(), content);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return all;
  }
}
