package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.postgres.Proxy;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.dreamkeeper.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three nodes in JVMs of their own, with workers on each. One is killed, frozen or cut off from the
 * database: those on the others notice latency, and nothing else.
 */
final class NodeDeathTest {
  private static final int PROJECTS = Rounds.of(12, 300);

  /** In the build, other tests run beside it. */
  private static final long LONGEST_MS = Rounds.of(20_000, 10_000);

  /** Who is frozen for less may still be there. */
  private static final long DEAD_MS = 5_000;

  private final String cluster = UUID.randomUUID().toString();
  private final TestDatabase database = TestDatabase.of(Path.of("/death", cluster));
  private final List<Node> nodes = new ArrayList<>();

  private final History history = new History();

  /** A JVM with a node in it, and its own way to the database. */
  private final class Node {
    final Proxy proxy = new Proxy(database.uri());
    final Child jvm;
    final boolean holds;

    Node(String held) throws IOException, InterruptedException {
      holds = !held.equals("-");
      jvm =
          new Child(
              List.of("-Xmx256m"),
              NodeHost.class,
              cluster,
              proxy.uri(),
              Integer.toString(PROJECTS),
              held);
      nodes.add(this);
    }

    /** Takes what it has said; a dead one may have done as much again for each worker. */
    void take(List<String> lines, boolean dead) {
      for (String line : lines) {
        // Who dreamt on a node that was taken for dead, is told so.
        boolean failed =
            line.startsWith("F ") || line.startsWith("LOST ") || (holds && line.startsWith("X "));
        assertTrue(history.take(line) || !failed, line);
      }
      for (int i = 0; dead && i < PROJECTS; i++) {
        history.mayHave("p" + i, 2);
      }
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(each -> each.jvm.close());
  }

  private void pause(long ms) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(ms);
  }

  private void serve() throws IOException, InterruptedException {
    List<Node> begun = List.of(new Node("p0"), new Node("p1"), new Node("-"));
    for (Node each : begun) {
      each.jvm.expect("SERVES");
    }
    spread();
  }

  /** Waits until each has about the same. */
  private void spread() throws InterruptedException {
    String even =
        "SELECT count(*) = 3 AND max(n) - min(n) < 2 FROM (SELECT count(*) n FROM"
            + " dreamkeeper.project WHERE term > 0 GROUP BY node) each";
    for (int tries = 0; !"t".equals(database.sql(even)); tries++) {
      assertTrue(tries < 6_000, "never spread");
      pause(50);
    }
  }

  private long longest(Node but) throws IOException, InterruptedException {
    long longest = 0;
    for (Node each : nodes) {
      if (each != but) {
        each.jvm.tell("report");
        String told = each.jvm.expect("LONGEST ");
        longest = Math.max(longest, Long.parseLong(told.split(" ", -1)[0]));
      }
    }
    return longest;
  }

  /** Waits until all is served by others, and all that was asked is answered. */
  private void overcome(String what, Node victim) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    String served =
        "SELECT count(*) FROM dreamkeeper.project JOIN dreamkeeper.node USING (node)"
            + " WHERE term > 0 AND (about->>'pid')::bigint <> ?";
    while (Long.parseLong(database.sql(served, victim.jvm.pid())) < PROJECTS) {
      pause(50);
    }
    long overMs = (System.nanoTime() - begun) / 1_000_000;
    pause(1_000);
    long longest = longest(victim);
    Rounds.report(
        what
            + ": served again after "
            + overMs
            + " ms, the longest answer took "
            + longest
            + " ms");
    assertTrue(longest <= LONGEST_MS, longest + " ms");
  }

  private void check() throws IOException, InterruptedException {
    for (Node each : nodes) {
      each.jvm.tell("rest");
      each.jvm.expect("RESTS");
    }
    for (Node each : nodes) {
      each.take(each.jvm.kill(), false);
    }
    Map<String, Long> ends = new HashMap<>();
    for (int i = 0; i < PROJECTS; i++) {
      String counted =
          database.sql(
              "SELECT content->>'curationsSinceDream' FROM dreamkeeper.cell"
                  + " WHERE project = ? AND actor = 'state'",
              "p" + i);
      ends.put("p" + i, Long.parseLong(counted));
    }
    Rounds.report("a history of " + history.size() + " answers");
    assertEquals(List.of(), history.check(ends));
  }

  private void kill() throws IOException, InterruptedException {
    Node victim = nodes.get(2);
    victim.take(victim.jvm.kill(), true);
    nodes.remove(victim);
    overcome("SIGKILL", victim);
    new Node("-").jvm.expect("SERVES");
    settle();
  }

  private void freeze(long ms) throws IOException, InterruptedException {
    Node victim = nodes.get(2);
    victim.jvm.signal("STOP");
    long begun = System.nanoTime();
    if (ms > DEAD_MS) {
      overcome("SIGSTOP for " + ms + " ms", victim);
    }
    pause(Math.max(0, ms - (System.nanoTime() - begun) / 1_000_000));
    victim.jvm.signal("CONT");
    settle();
  }

  private void cut(Mode how, long ms) throws IOException, InterruptedException {
    Node victim = nodes.get(2);
    victim.proxy.set(how);
    long begun = System.nanoTime();
    overcome("database: " + how, victim);
    pause(Math.max(0, ms - (System.nanoTime() - begun) / 1_000_000));
    victim.proxy.set(Mode.CUT);
    victim.proxy.set(Mode.PASS);
    settle();
  }

  /** Waits until all nodes serve again, and begins to measure anew. */
  private void settle() throws IOException, InterruptedException {
    spread();
    longest(null);
  }

  @Test
  void oneIsKilledOneFrozenAndOneCutOff() throws IOException, InterruptedException {
    serve();
    longest(null);
    kill();
    freeze(8_000);
    for (int round = 0; round < Rounds.of(0, 50); round++) {
      Rounds.report("round " + round);
      kill();
      freeze(3_000);
      freeze(8_000);
      freeze(20_000);
      cut(Mode.CUT, 0);
      cut(Mode.HOLE, 30_000);
    }
    check();
  }
}
