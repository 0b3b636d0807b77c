package org.dreamkeeper.host.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.Serving;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.Machine;
import org.junit.jupiter.api.Test;

/** What others do, or where a command is given, while it works. */
final class MeanwhileTest extends CommandTestBase {
  /** A command as a process of its own. */
  private record Own(Process process) {
    static Own of(String noColor, boolean shows, String... command) throws IOException {
      List<String> all = new ArrayList<>();
      all.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
      all.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      all.add("-Ddreamkeeper.shows=" + shows);
      all.addAll(List.of("-cp", System.getProperty("java.class.path"), Commands.class.getName()));
      all.addAll(List.of(command));
      ProcessBuilder builder = new ProcessBuilder(all);
      builder.environment().remove("NO_COLOR");
      if (noColor != null) {
        builder.environment().put("NO_COLOR", noColor);
      }
      return new Own(builder.start());
    }

    Ran end() throws IOException, InterruptedException {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ran(process.waitFor(), out, err);
    }
  }

  @Test
  void colourAtATerminalAloneAndWhereNobodyForbidsIt() throws Exception {
    write("dream-state.json", state(new JsonObject()));
    String[] status = {"status", "--dir", base.toString()};
    List<Own> all =
        List.of(
            Own.of("", true, status),
            Own.of("1", true, status),
            Own.of(null, false, status),
            Own.of(null, true, "status", "--json", "--dir", base.toString()));
    String title = "dream  " + base + "  (served by nobody)";
    for (int i = 0; i < all.size(); i++) {
      Ran ran = all.get(i).end();
      assertEquals(0, ran.code(), ran.toString());
      if (i < 1) {
        ran.says("\u001b[1m" + title + "\u001b[0m\n");
      } else {
        ran.says(i < 3 ? title + "\n" : "{\"schema\":1,");
        ran.saysNot("\u001b");
        ran.saysNot("u001b");
      }
    }
  }

  @Test
  void aHostWhoseSocketWouldHaveTooLongAPath() throws IOException {
    String temporary = System.getProperty("java.io.tmpdir");
    Path deep = Files.createDirectories(dir.resolve("d".repeat(60)));
    Path link = Files.createSymbolicLink(dir.resolve("t"), deep);
    try {
      for (Path each : List.of(deep, link)) {
        System.setProperty("java.io.tmpdir", each.toString());
        serve();
        String socket = Serving.of(base).orElseThrow().socket();
        assertTrue(socket.matches("/tmp/dreamkeeper-[0-9]+/socket"), socket);
        run("status").says("served by PID " + ProcessHandle.current().pid());
        unserve();
        assertFalse(Files.exists(Path.of(socket).getParent()));
      }
    } finally {
      System.setProperty("java.io.tmpdir", temporary);
    }
  }

  private Vertx on(FaultyDisk disk) {
    Vertx moment = Terminal.newVertx();
    StandIns.put(moment, Machine.class, disk.machine());
    return moment;
  }

  private synchronized void vanish() {
    try {
      if (Files.exists(base)) {
        Files.move(base, Files.createTempDirectory(dir, "gone").resolve("base"));
      }
    } catch (IOException stays) {
      throw new AssertionError(stays);
    }
  }

  /** It is told as not there, in text and JSON, and does not come back. */
  private void vanishing(String... command) throws IOException {
    sample();
    Ran ran = run(command);
    String told = base + " is not there any more";
    assertEquals(20, ran.code(), ran.toString());
    if (command[command.length - 1].equals("--json")) {
      assertEquals(told, ran.json().getJsonObject("error").getString("message"));
    } else {
      assertEquals("", ran.out());
    }
    assertEquals("Dreamkeeper: " + told + "\n", ran.err());
    assertFalse(Files.exists(base));
  }

  @Test
  void aDirectoryThatVanishesBeforeItIsRead() throws IOException {
    forTheMoment =
        () -> {
          vanish();
          return Terminal.newVertx();
        };
    vanishing("status");
    vanishing("unlock");
  }

  @Test
  void aDirectoryThatVanishesWhileItIsRead() throws IOException {
    forTheMoment = () -> on(new FaultyDisk().on(FaultyDisk.Op.READ, name -> vanish()));
    for (String command : List.of("status", "why", "log", "doctor", "unlock")) {
      vanishing(command);
    }
    vanishing("log", "drm-1741982400000");
    vanishing("why", "--json");
  }

  @Test
  void aDirectoryThatVanishesWhileItIsWritten() throws IOException {
    forTheMoment = () -> on(new FaultyDisk().on(FaultyDisk.Op.RENAME, name -> vanish()));
    vanishing("unlock");
  }

  @Test
  void oneWritesTheOtherIsToldWhoDoes() throws Exception {
    write("dream-state.json", state(JsonObject.of("totalDreams", "many")));
    CountDownLatch writes = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    FaultyDisk disk = new FaultyDisk();
    forTheMoment = () -> on(disk);
    disk.on(
        FaultyDisk.Op.CREATE,
        name -> {
          writes.countDown();
          try {
            goesOn.await();
          } catch (InterruptedException stop) {
            throw new AssertionError(stop);
          }
        });
    FutureTask<Ran> first = new FutureTask<>(() -> run("doctor", "--fix", "--yes"));
    new Thread(first, "first").start();
    assertTrue(writes.await(30, TimeUnit.SECONDS), "it does not write");
    Own second = Own.of(null, false, "unlock", "--dir", base.toString());
    Ran told = second.end();
    goesOn.countDown();
    assertEquals(21, told.code(), told.toString());
    assertEquals("", told.out());
    assertTrue(told.err().startsWith("Dreamkeeper: " + base + " is served by PID "), told.err());
    assertTrue(told.err().contains("PID " + ProcessHandle.current().pid()), told.err());
    assertEquals(1, told.err().strip().lines().count(), told.err());
    first.get().says("Mended; ");
    run("status").says("9 curations since");
    run("unlock").says("The lock was free.");
  }
}
