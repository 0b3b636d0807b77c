package org.dreamkeeper.host.command;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.Serving;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.web.DreamkeeperRouter;
import org.dreamkeeper.web.WebOptions;
import org.junit.jupiter.api.Test;

/** Whatever is wrong is told in one line, with a code, and nothing is changed. */
final class RefusedCommandsTest extends CommandTestBase {
  private static final String SOURCE =
      "src/test/java/org/dreamkeeper/host/command/RefusedCommandsTest.java";

  private static final String FIRST = "// A directory for";

  private void refused(int code, String why, String... command) {
    Map<String, String> before = files();
    Ran ran = run(command);
    assertEquals(code, ran.code(), ran.toString());
    assertTrue(ran.err().startsWith("Dreamkeeper: "), ran.err());
    assertTrue(ran.err().contains(why), ran.err());
    assertEquals("", ran.out());
    assertEquals(before, files());
    String[] json = new String[command.length + 1];
    System.arraycopy(command, 0, json, 0, command.length);
    json[command.length] = "--json";
    Ran again = run(json);
    assertEquals(code, again.code());
    assertTrue(again.json().getJsonObject("error").getString("message").contains(why));
  }

  @Test
  void argumentsThatAreNone() throws IOException {
    sample();
    refused(2, "stauts is no command, expected one of ", "stauts");
    refused(2, "Unknown option: '--frob'", "status", "--frob");
    refused(2, "--dir and -conf are both given", "status", "--dir", "x", "-conf", "y");
    refused(2, "--dir is empty", "status", "--dir", "");
    refused(2, "x is no ID, expected drm- and digits", "log", "x");
    refused(2, "drm-1\\n is no ID", "log", "drm-1\n");
    refused(2, "drm-\\u202e1 is no ID", "log", "drm-\u202e1");
    refused(2, "--diff is about one dream", "log", "--diff");
    refused(2, "--limit is 0", "log", "--limit", "0");
    refused(2, "--limit", "log", "--limit", "many");
    refused(20, "there is no entry drm-17 that can be read", "log", "drm-17");
  }

  @Test
  void directoriesThatAreNone() throws IOException {
    write("file", "");
    refused(20, "none is not there", "why", "--dir", base.resolve("none").toString());
    refused(20, "file is no directory", "log", "--dir", base.resolve("file").toString());
    refused(20, "base holds no project: none of [dream-state.json", "status");
    refused(20, "base holds no project", "unlock");
    refused(20, "nobody holds the lock", "cancel", "--dir", withState().toString());
  }

  private Path withState() throws IOException {
    Path other = Files.createDirectory(dir.resolve("other"));
    Files.writeString(other.resolve("dream-state.json"), state(new JsonObject()));
    return other;
  }

  @Test
  void aConfigurationThatNamesNone() throws IOException {
    Path file = dir.resolve("conf.json");
    refused(1, "conf.json (No such file or directory)", "status", "-conf", file.toString());
    Files.writeString(file, "{");
    refused(1, "conf.json is no JSON", "status", "-conf", file.toString());
    JsonArray projects = new JsonArray();
    for (String name : new String[] {"a", "b"}) {
      Files.createDirectories(dir.resolve(name));
      Files.writeString(dir.resolve(name + "/dream-state.json"), state(new JsonObject()));
      projects.add(JsonObject.of("address", name, "baseDir", name));
    }
    Files.writeString(file, JsonObject.of("projects", projects).encode());
    refused(
        20,
        "does not name a project with the address c",
        "status",
        "-conf",
        file.toString(),
        "--address",
        "c");
    refused(
        2,
        "there are several projects, expected --address with one of [a, b]",
        "unlock",
        "-conf",
        file.toString());
    Ran both = run("status", "-conf", file.toString(), "--json");
    assertEquals(2, both.json().getJsonObject("data").getJsonArray("projects").size());
    run("status", "-conf", file.toString(), "--address", "b").says("b  " + dir.resolve("b"));
  }

  @Test
  void oneThatIsServedByWhomNobodyCanAsk() throws IOException {
    Vertx vertx = Vertx.vertx();
    DeploymentOptions options = new DeploymentOptions().setConfig(Served.config(base));
    await(vertx.deployVerticle(new DreamkeeperVerticle(), options));
    refused(
        21,
        "is served by PID " + ProcessHandle.current().pid() + ", which has no socket",
        "status");
    refused(21, "let it listen (askedAt, see src/docs/operating.md)", "unlock", "--force", "--yes");
    await(vertx.close());
  }

  /** As the guide to operating shows it. */
  @Test
  void anApplicationThatListens() throws IOException {
    Vertx vertx = Vertx.vertx();
    await(listening(vertx, new DeploymentOptions().setConfig(Served.config(base))));
    run("status").says("served by PID " + ProcessHandle.current().pid());
    Path socket = Path.of(Serving.of(base).orElseThrow().socket());
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
    String guide = Files.readString(Path.of("src/docs/operating.md"));
    String source = Files.readString(Path.of(SOURCE));
    int from = guide.indexOf(FIRST);
    String shown = guide.substring(from, guide.indexOf("\n```", from));
    assertTrue(source.contains(shown.indent(4).stripTrailing()), shown);
    await(vertx.close());
    Files.delete(socket.getParent());
  }

  private static Future<String> listening(Vertx vertx, DeploymentOptions options)
      throws IOException {
    // A directory for this user alone: whoever may look into it may do everything.
    String socket = Files.createTempDirectory("dreamkeeper-") + "/socket";
    return vertx
        .createHttpServer()
        .requestHandler(DreamkeeperRouter.create(vertx, new WebOptions()))
        .listen(SocketAddress.domainSocketAddress(socket))
        .compose(
            listens -> vertx.deployVerticle(new DreamkeeperVerticle().askedAt(socket), options));
  }

  @Test
  void nobodyElseMayAskByTheSocket() throws IOException {
    serve();
    Path socket = Path.of(Serving.of(base).orElseThrow().socket());
    assertEquals(
        "rw------- rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))
            + " "
            + PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
  }

  @Test
  void aHostThatStopsInTheMiddle() throws IOException {
    Path socket = dir.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Vertx vertx = Vertx.vertx();
      DeploymentOptions options = new DeploymentOptions().setConfig(Served.config(base));
      await(vertx.deployVerticle(new DreamkeeperVerticle().askedAt(socket.toString()), options));
      Thread stops =
          new Thread(
              () -> {
                try {
                  server.accept().close();
                  server.accept().close();
                } catch (IOException end) {
                  throw new AssertionError(end);
                }
              });
      stops.start();
      refused(1, "PID " + ProcessHandle.current().pid() + " serves it, but", "status");
      Files.delete(socket);
      refused(1, "serves it, but does not answer at " + socket, "status");
      await(vertx.close());
    }
  }

  @Test
  void aLockThatSomebodyHoldsIsTakenByForceAndConsentAlone() throws IOException {
    Locks.take(serve(), "a\u001b[31m worker");
    refused(
        21,
        "the lock is held by PID " + ProcessHandle.current().pid() + " (\"a\\u001b[31m worker\")",
        "unlock");
    refused(22, "there is no terminal to ask", "unlock", "--force");
    Ran no = answering("no\n", "unlock", "--force");
    assertEquals(22, no.code());
    no.says("Take the lock from PID ", "(\"a\\u001b[31m worker\")");
  }

  @Test
  void byForceItIsTakenFromWhoeverHasIt() throws IOException {
    long pid = stranger();
    write("dream.lock", pid + "");
    assertEquals(21, run("unlock").code());
    run("unlock", "--force", "--yes").says("The lock is free: PID " + pid + " had it.");
    Dreamkeeper keeper = serve();
    DreamLock lock = Locks.take(keeper, "held");
    answering("y\n", "unlock", "--force").says("The lock is free: PID ", "(\"held\") had it.");
    assertThrows(Served.Failed.class, () -> await(lock.renew()));
  }

  @Test
  void aDreamIsAskedToStopAndHearsOfIt() {
    Dreamkeeper keeper = serve();
    DreamLock lock = Locks.take(keeper, "held");
    run("cancel", "--reason", "enough").says("It is asked to stop");
    await(lock.renew());
    assertEquals("enough", await(lock.cancelled()));
  }

  @Test
  void twoAtOnceDoNotDisturbEachOther() throws Exception {
    sample();
    List<FutureTask<Integer>> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(new FutureTask<>(() -> run("unlock").code()));
      new Thread(both.get(i)).start();
    }
    List<Integer> codes = List.of(both.get(0).get(), both.get(1).get());
    assertTrue(codes.contains(0) && List.of(0, 21).containsAll(codes), codes.toString());
    run("unlock").says("The lock was free.");
  }

  @Test
  void whoLooksOnIsToldThatItGoesOn() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(
            stream,
            stream,
            null,
            true,
            false,
            Clock.systemUTC(),
            Path.of(""),
            1_000,
            Terminal::newVertx);
    Runnable done = terminal.patience();
    until(() -> err.size() > 0);
    done.run();
    assertEquals("… 1 s", err.toString(StandardCharsets.UTF_8).strip());
  }

  @Test
  void whatHasHappenedIsTold() throws IOException {
    Dreamkeeper keeper = serve();
    await(Locks.take(keeper, "held").release());
    run("events").says("lock.acquired", "lock.released", "\"owner\":\"held\"");
    List<String> types =
        run("events", "--json")
            .out()
            .lines()
            .map(line -> new JsonObject(line).getString("type"))
            .toList();
    assertTrue(types.containsAll(List.of("lock.acquired", "lock.released")), types.toString());
    unserve();
    run("events").says("lock.released");
    refused(20, "nothing happens there", "events", "--follow");
  }

  @Test
  void aDeadHoldersLockIsFreedServedOrNot() throws IOException {
    write("dream.lock", "4194305");
    assertTrue(run("unlock", "--json").json().getJsonObject("data").getBoolean("freed"));
    run("unlock").says("The lock was free.");
    write("dream.lock", "4194305");
    serve();
    run("unlock").says("The lock is free: PID 4194305 had it.");
    run("unlock").says("The lock was free.");
    run("status").says("lock       free");
  }
}
