package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts that start on one directory at the same instant: exactly one serves, each time. */
final class TwoHostsTest {
  @TempDir Path dir;

  @Test
  void exactlyOneServes() throws Exception {
    int rounds = Rounds.of(12, 200);
    int[] served = new int[2];
    try (Child a = new Child(TortureHost.class);
        Child b = new Child(TortureHost.class)) {
      List<Child> hosts = List.of(a, b);
      for (Child host : hosts) {
        host.expect("READY");
      }
      for (int round = 0; round < rounds; round++) {
        // Every third directory is new: then the claim file itself is fought for.
        Path base = dir.resolve("base" + round / 3);
        String deploy = "deploy " + Served.config(base).encode();
        hosts.get(round % 2).tell(deploy);
        hosts.get(1 - round % 2).tell(deploy);
        int winner = -1;
        for (int i = 0; i < 2; i++) {
          String answer = hosts.get(i).expect("");
          if (answer.equals("SERVES")) {
            assertEquals(-1, winner, "both serve");
            winner = i;
          } else {
            assertTrue(answer.startsWith("REFUSED DIRECTORY_IN_USE"), answer);
          }
        }
        assertTrue(winner >= 0, "none serves");
        served[winner]++;
        hosts.get(winner).tell("undeploy");
        hosts.get(winner).expect("STOPPED");
      }
    }
    Rounds.report(
        rounds
            + " simultaneous starts: one served each time ("
            + served[0]
            + " + "
            + served[1]
            + ")");
  }

  @Test
  void theRefusedOneNamesThePidThatServes() throws Exception {
    try (Child a = new Child(TortureHost.class);
        Child b = new Child(TortureHost.class)) {
      a.expect("READY");
      b.expect("READY");
      String deploy = "deploy " + Served.config(dir).encode();
      a.tell(deploy);
      a.expect("SERVES");
      b.tell(deploy);
      assertTrue(b.expect("REFUSED DIRECTORY_IN_USE").endsWith("PID " + a.pid()));
      a.kill();
      b.tell(deploy);
      b.expect("SERVES");
    }
  }
}
