package org.dreamkeeper.faults;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.dreamkeeper.faults.Tree.Snapshot;

/** All cases of one scenario: each operation, and each fault at it. */
final class Enumeration {
  private final Supplier<Vertx> vertx;
  private final Scenario scenario;
  private final Path dir;
  private final Path fixture;
  private static final int MAX_TRIES = 5;

  private final ExecutorService threads;
  private final AtomicInteger count = new AtomicInteger();
  private Reference reference;

  Enumeration(Supplier<Vertx> vertx, ExecutorService threads, Scenario scenario, Path dir) {
    this.vertx = vertx;
    this.threads = threads;
    this.scenario = scenario;
    this.dir = dir;
    this.fixture = dir.resolve("fixture");
  }

  int count() {
    return count.get();
  }

  int operations() {
    return reference.steps().size();
  }

  void run() throws IOException, InterruptedException {
    // The claim first, so that epochs and with them tokens are the same each time.
    host(Files.createDirectories(fixture)).start().stop();
    scenario.fixture().make(fixture.resolve("base"));
    reference = reference();
    List<Callable<Void>> all = new ArrayList<>();
    for (int n = 1; n <= operations(); n++) {
      for (Fault fault : Fault.values()) {
        if (fault.runs() && (!fault.tears() || reference.steps().get(n - 1).op().writesContent())) {
          Case one = new Case(scenario, reference, fault, n);
          Path place = dir.resolve(fault + "-" + n);
          all.add(
              () -> {
                runUntilHit(one, place);
                return null;
              });
        }
      }
    }
    List<Throwable> wrong = new ArrayList<>();
    for (Future<Void> each : threads.invokeAll(all)) {
      try {
        each.get();
      } catch (ExecutionException failed) {
        wrong.add(failed.getCause());
      }
    }
    if (!wrong.isEmpty()) {
      String each = wrong.stream().map(Throwable::getMessage).collect(Collectors.joining("\n"));
      throw new AssertionError(wrong.size() + " runs:\n" + each, wrong.get(0));
    }
  }

  private Host host(Path root) throws IOException {
    return new Host(vertx.get(), root, Fixtures.NOW, scenario.config());
  }

  /** A host on a copy of the fixture, right before the action. */
  private Host ready(Path root) throws IOException {
    Tree.copy(fixture, root);
    Host host = host(root);
    if (!scenario.starts()) {
      host.start();
      scenario.before().on(host);
      host.quiesce();
    }
    return host;
  }

  /** What happens when nothing goes wrong. */
  private Reference reference() throws IOException {
    Host host = ready(dir.resolve("reference"));
    Snapshot old = Snapshot.of(host.base);
    Path before = dir.resolve("before");
    Tree.copy(host.base.getParent(), before);
    Set<Snapshot> stood = new LinkedHashSet<>(Set.of(old));
    host.plan.count(() -> stood.add(Snapshot.of(host.base)));
    scenario.action().on(host);
    List<Outcome> outcomes = host.settle();
    List<Step> steps = host.plan.steps();
    host.plan.heal();
    if (!outcomes.stream().allMatch(Outcome::ok)) {
      throw new AssertionError("without a fault: " + outcomes);
    }
    Snapshot now = Snapshot.of(host.base);
    stood.add(now);
    Path after = dir.resolve("after");
    Tree.copy(host.base.getParent(), after);
    host.stop();
    return new Reference(
        steps, old, now, stood, Restart.of(host(before)), Restart.of(host(after)), outcomes.size());
  }

  /** How often a young file is looked at depends on the machine's pace: try that again. */
  private void runUntilHit(Case one, Path place) throws IOException {
    for (int tries = 1; !run(one, place.resolve("try-" + tries), tries == MAX_TRIES); tries++) {
      Tree.delete(place);
    }
  }

  private boolean run(Case one, Path place, boolean last) throws IOException {
    Host host = ready(place.resolve("live"));
    try {
      host.plan.arm(one.fault(), one.n());
      scenario.action().on(host);
      List<Outcome> outcomes = host.settle();
      host.plan.heal();
      // Events of two actors may be written in one operation: then the last one is not there to
      // tear.
      if (host.plan.failed().isEmpty() && (!last || one.fault().tears())) {
        return last;
      }
      one.hit(host.plan, outcomes);
      if (one.fault().crash()) {
        crashed(one, host, place);
      } else {
        failed(one, host, place);
      }
    } catch (AssertionError | RuntimeException wrong) {
      throw new AssertionError(one + ": " + wrong.getMessage(), wrong);
    } finally {
      host.stop();
    }
    Tree.delete(place);
    return true;
  }

  private void failed(Case one, Host host, Path place) throws IOException {
    count.incrementAndGet();
    one.filesStandWhole(Snapshot.of(host.base));
    if (!host.serves() && !scenario.starts()) {
      // It was stopped: the files are what is left of it.
      one.restarts(Restart.of(host(host.base.getParent())), "killed");
      return;
    }
    if (!host.serves()) {
      host.start();
    }
    View view = host.view();
    Snapshot after = Snapshot.of(host.base);
    Path copy = place.resolve("copy");
    Tree.copy(host.base.getParent(), copy);
    Restart second = Restart.of(host(copy));
    one.memoryEqualsDisk(view, second.view(), after, host.token());
    Probe.nextRequestsWork(host, view);
    one.noTemporaries(Snapshot.of(host.base), second);
  }

  private void crashed(Case one, Host host, Path place) throws IOException {
    Tree.copy(host.base.getParent(), place.resolve("killed"));
    host.durable.leave(place.resolve("kept"), true);
    host.durable.leave(place.resolve("lost"), false);
    for (String left : List.of("killed", "kept", "lost")) {
      count.incrementAndGet();
      one.restarts(Restart.of(host(place.resolve(left))), left);
    }
  }
}
