package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.postgres.Proxy;
import org.dreamkeeper.postgres.TestDatabase;

/** Nodes in JVMs of their own, with workers on each, and what those are answered. */
final class NodeCluster implements AutoCloseable {
  private static final long PATIENCE_S = 300;

  /** What workers on some nodes have noticed since they were asked before, ms. */
  record Noticed(long answers, long longest, List<Long> longOnes) {
    long median() {
      return longOnes.isEmpty() ? 0 : longOnes.get(longOnes.size() / 2);
    }

    @Override
    public String toString() {
      return "of %d answers the longest took %d ms, the %d that took half a second or more %d ms in the median"
          .formatted(answers, longest, longOnes.size(), median());
    }
  }

  /** A JVM with a node in it, and its own way to the database. */
  final class Node {
    final Proxy proxy = new Proxy(database.uri());
    final Child jvm;
    private boolean serves;

    /** What its workers were refused; who dreams on a node that is cut off may be told so. */
    private final List<String> failures = new CopyOnWriteArrayList<>();

    private Node(String held) throws IOException {
      jvm =
          new Child(
              List.of("-Xmx256m"),
              this::take,
              NodeHost.class,
              cluster,
              proxy.uri(),
              Integer.toString(projects),
              held,
              Long.toString(pauseMs));
    }

    private boolean take(String line) {
      boolean failed = line.matches("(?s)[FX] p\\d+ .*");
      if (failed) {
        // It may have been done all the same.
        history.mayHave(line.split(" ", -1)[1], 1);
      }
      if (failed || line.startsWith("LOST ")) {
        failures.add(line);
      }
      return history.take(line);
    }

    /** Waits until it serves. */
    void serves() {
      if (!serves) {
        expect("SERVES");
        serves = true;
      }
    }

    private void tell(String what) {
      try {
        jvm.tell(what);
      } catch (IOException gone) {
        throw new AssertionError("a node is gone", gone);
      }
    }

    private String expect(String line) {
      try {
        return jvm.expect(line, PATIENCE_S);
      } catch (InterruptedException stop) {
        throw new AssertionError(stop);
      }
    }

    void killed() throws InterruptedException {
      jvm.kill();
      nodes.remove(this);
      failures.clear();
      for (int i = 0; i < projects; i++) {
        // The one that counts, and the one that dreams.
        history.mayHave("p" + i, 2);
      }
    }

    /** Lets it end in good order, when its workers rest. */
    void stop() {
      tell("rest");
      expect("RESTS");
      tell("stop");
      expect("STOPPED");
      nodes.remove(this);
    }
  }

  private final String cluster = UUID.randomUUID().toString();
  private final TestDatabase database = TestDatabase.of(Path.of("/death", cluster));
  private final History history = new History();
  private final List<Node> nodes = new ArrayList<>();
  private final int projects;
  private final long pauseMs;

  /** Of that many projects, with so long a pause between a worker's requests. */
  NodeCluster(int projects, long pauseMs) {
    this.projects = projects;
    this.pauseMs = pauseMs;
  }

  /** Begins a node, which holds that project's lock, or - for none. */
  Node begin(String held) throws IOException {
    Node node = new Node(held);
    nodes.add(node);
    return node;
  }

  /** Waits until all serve, and each has about as much. */
  void spread() throws InterruptedException {
    nodes.forEach(Node::serves);
    String even =
        "SELECT count(*) = ? AND max(n) - min(n) < 2 AND sum(n) = ? FROM (SELECT count(*) n FROM"
            + " dreamkeeper.project JOIN dreamkeeper.node USING (node) WHERE term > 0 GROUP BY"
            + " node) each";
    await(even, nodes.size(), projects);
  }

  /** Waits until all is served by others. */
  void served(Node victim) throws InterruptedException {
    String others =
        "SELECT count(*) = ? FROM dreamkeeper.project JOIN dreamkeeper.node USING (node)"
            + " WHERE term > 0 AND (about->>'pid')::bigint <> ?";
    await(others, projects, victim.jvm.pid());
  }

  private void await(String condition, Object... values) throws InterruptedException {
    long begun = System.nanoTime();
    while (!"t".equals(database.sql(condition, values))) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      assertTrue(seconds < PATIENCE_S, () -> condition + "; not served: " + unserved());
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private String unserved() {
    return database.sql(
        "SELECT string_agg(concat(project, ' term ', term, ' of ', p.node, ', there ', n.beat), ';"
            + " ') FROM dreamkeeper.project p LEFT JOIN dreamkeeper.node n USING (node) WHERE"
            + " p.term = 0 OR n.node IS NULL");
  }

  /** Lets the workers rest, and go on, but for those of one; gives what they have noticed. */
  Noticed noticed(Node but) {
    List<Node> these = nodes.stream().filter(each -> each != but).toList();
    rest(these);
    Noticed noticed = report(these);
    these.forEach(each -> each.tell("go"));
    return noticed;
  }

  private static void rest(List<Node> these) {
    these.forEach(each -> each.tell("rest"));
    these.forEach(each -> each.expect("RESTS"));
  }

  private static Noticed report(List<Node> these) {
    long answers = 0;
    long longest = 0;
    List<Long> longOnes = new ArrayList<>();
    for (Node each : these) {
      each.tell("report");
      String[] words = each.expect("REPORT ").split(" ", 3);
      answers += Long.parseLong(words[0]);
      longest = Math.max(longest, Long.parseLong(words[1]));
      new JsonArray(words[2]).forEach(ms -> longOnes.add(((Number) ms).longValue()));
    }
    longOnes.sort(null);
    return new Noticed(answers, longest, longOnes);
  }

  /**
   * Lets all rest, checks what they were answered since the last time, and lets them go on; no
   * worker may have been refused anything, but for dreams on a victim. Who lives keeps his lock: on
   * a machine that does other work, too, a node may be taken for dead.
   */
  History.Verdict check(Node victim) {
    rest(nodes);
    List<String> failures = new ArrayList<>();
    for (Node each : nodes) {
      each.failures.stream()
          .filter(line -> each != victim || !line.startsWith("X "))
          .filter(line -> Rounds.of(0, 1) == 1 || !line.startsWith("LOST "))
          .map(line -> (each == victim ? "on the victim: " : "on another: ") + line)
          .forEach(failures::add);
      each.failures.clear();
    }
    JsonObject counted =
        new JsonObject(
            database.sql(
                "SELECT json_object_agg(project, content->'curationsSinceDream')::text"
                    + " FROM dreamkeeper.cell WHERE actor = 'state' AND content IS NOT NULL"));
    Map<String, Long> ends = new HashMap<>();
    counted.fieldNames().forEach(project -> ends.put(project, counted.getLong(project)));
    History.Verdict verdict = history.check(ends);
    failures.addAll(verdict.wrong());
    assertEquals(List.of(), failures, verdict::toString);
    report(nodes);
    nodes.forEach(each -> each.tell("go"));
    return verdict;
  }

  @Override
  public void close() {
    nodes.forEach(each -> each.jvm.close());
  }
}
