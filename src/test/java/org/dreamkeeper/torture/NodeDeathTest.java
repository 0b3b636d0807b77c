package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.dreamkeeper.torture.NodeCluster.Node;
import org.dreamkeeper.torture.NodeCluster.Noticed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three nodes in JVMs of their own, with workers on each. One is killed, frozen or cut off from the
 * database, or another one joins and leaves: workers notice latency, and nothing else.
 *
 * <p>With {@code -Dtorture=long}: {@code -Dkinds} says what is done in each round, {@code kill
 * freeze3 freeze8 freeze20 cut hole join work} separated by commas, {@code -Drounds} how often, or
 * {@code -Danswers} how many are to be checked, {@code -Dprojects} how many are served, and {@code
 * -Dpause} how long each worker rests between two requests, ms. How long may be waited is only
 * asked of a machine that does nothing else.
 */
final class NodeDeathTest {
  private static final boolean LONG = Rounds.of(0, 1) == 1;
  private static final String KINDS =
      System.getProperty(
          "kinds", LONG ? "kill,freeze3,freeze8,freeze20,cut,hole,join" : "kill,freeze8,join");
  private static final long ANSWERS = Long.getLong("answers", 0);
  private static final int ROUNDS =
      Integer.getInteger("rounds", ANSWERS > 0 ? 1 : Rounds.of(1, 50));
  private static final int PROJECTS = Integer.getInteger("projects", Rounds.of(12, 300));

  /** With many, 700 requests a second in all. */
  private static final long PAUSE_MS = Long.getLong("pause", 50 + 4L * PROJECTS);

  private static final long LONGEST_MS = 10_000;
  private static final long MEDIAN_MS = 7_000;
  private static final long JOINED_MS = 2_000;
  private static final long LEFT_MS = 1_000;

  /** Who is frozen for less may still be there. */
  private static final long DEAD_MS = 5_000;

  private static final long HEALED_MS = 30_000;
  private static final long WORK_MS = 10_000;

  private final NodeCluster cluster = new NodeCluster(PROJECTS, PAUSE_MS);
  private final List<Long> longest = new ArrayList<>();
  private final List<String> late = new ArrayList<>();
  private long answers;
  private Node third;

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static void pause(long ms) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(Math.max(0, ms));
  }

  private static long since(long begunNanos) {
    return (System.nanoTime() - begunNanos) / 1_000_000;
  }

  @Test
  void workersNoticeLatencyAndNothingElse() throws IOException, InterruptedException {
    cluster.begin("p0");
    cluster.begin("p1");
    third = cluster.begin("-");
    cluster.spread();
    cluster.check(null);
    int round = 0;
    while (++round <= ROUNDS || answers < ANSWERS) {
      for (String kind : KINDS.split(",", -1)) {
        String what = "round %d, %s: ".formatted(round, kind);
        Node victim = third;
        Rounds.report(what + done(kind));
        cluster.spread();
        History.Verdict verdict = cluster.check(victim);
        answers += verdict.answers();
        Rounds.report(what + verdict + ", 0 failures");
      }
    }
    Collections.sort(longest);
    Rounds.report(
        "%d projects, %d rounds of %s, %d answers checked: the longest took %d ms, in the median %d ms"
            .formatted(
                PROJECTS,
                round - 1,
                KINDS,
                answers,
                longest.get(longest.size() - 1),
                longest.get(longest.size() / 2)));
    assertEquals(List.of(), late);
  }

  private String done(String kind) throws IOException, InterruptedException {
    return switch (kind) {
      case "kill" -> kill();
      case "freeze3" -> freeze(3_000);
      case "freeze8" -> freeze(8_000);
      case "freeze20" -> freeze(20_000);
      case "cut" -> cut(Mode.CUT, 0);
      case "hole" -> cut(Mode.HOLE, HEALED_MS);
      case "join" -> join();
      case "work" -> work();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** Waits until all is served by others, and all that was asked is answered. */
  private String overcome(Node victim) throws InterruptedException {
    long begun = System.nanoTime();
    cluster.served(victim);
    return "served again after " + since(begun) + " ms; " + noticed(victim);
  }

  /** Waits until all is answered that was asked elsewhere. */
  private Noticed noticed(Node victim) {
    Noticed noticed = cluster.noticed(victim);
    longest.add(noticed.longest());
    inTime(noticed.longest(), LONGEST_MS);
    inTime(noticed.median(), MEDIAN_MS);
    return noticed;
  }

  private void inTime(long ms, long mostMs) {
    if (LONG && ms > mostMs) {
      late.add(ms + " ms, where " + mostMs + " are allowed");
    }
  }

  private String work() throws InterruptedException {
    pause(WORK_MS);
    return "nothing happens; " + noticed(null);
  }

  private String kill() throws IOException, InterruptedException {
    third.killed();
    String told = overcome(third);
    third = cluster.begin("-");
    return told;
  }

  private String freeze(long ms) throws IOException, InterruptedException {
    third.jvm.signal("STOP");
    long begun = System.nanoTime();
    String told = ms > DEAD_MS ? overcome(third) : "it may still be there";
    pause(ms - since(begun));
    third.jvm.signal("CONT");
    return ms > DEAD_MS ? told : told + "; " + noticed(third);
  }

  private String cut(Mode how, long ms) throws InterruptedException {
    third.proxy.set(how);
    long begun = System.nanoTime();
    String told = overcome(third);
    pause(ms - since(begun));
    third.proxy.set(Mode.CUT);
    third.proxy.set(Mode.PASS);
    return told;
  }

  private String join() throws IOException, InterruptedException {
    cluster.noticed(null);
    long begun = System.nanoTime();
    Node fourth = cluster.begin("-");
    cluster.spread();
    long sharedMs = since(begun);
    Noticed joined = cluster.noticed(null);
    begun = System.nanoTime();
    fourth.stop();
    long leftMs = since(begun);
    Noticed left = cluster.noticed(null);
    longest.add(Math.max(joined.longest(), left.longest()));
    inTime(joined.longest(), JOINED_MS);
    inTime(left.longest(), LEFT_MS);
    return "a fourth had its share after %d ms; %s; it stopped within %d ms; %s"
        .formatted(sharedMs, joined, leftMs, left);
  }
}
