package org.dreamkeeper.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.faults.Scenario.Then;
import org.dreamkeeper.faults.Tree.Snapshot;

/** One fault at one operation, and what must hold after it. */
final class Case {
  private final Scenario scenario;
  private final Reference reference;
  private final Fault fault;
  private final int n;
  private List<Step> failed = List.of();
  private List<Outcome> outcomes = List.of();

  Case(Scenario scenario, Reference reference, Fault fault, int n) {
    this.scenario = scenario;
    this.reference = reference;
    this.fault = fault;
    this.n = n;
  }

  Fault fault() {
    return fault;
  }

  int n() {
    return n;
  }

  @Override
  public String toString() {
    return scenario + ", " + fault + " at " + n + " (" + reference.steps().get(n - 1) + ")";
  }

  /** The failure code is right. */
  void hit(Plan plan, List<Outcome> ended) {
    failed = plan.failed();
    outcomes = ended;
    assertFalse(failed.isEmpty(), () -> "it made no such operation: " + plan.steps());
    assertEquals(reference.outcomes(), outcomes.size());
    for (Outcome each : outcomes) {
      assertTrue(each.ok() || each.code() == FailureCode.STORAGE_FAILED, each.toString());
    }
    if (fault.crash()) {
      return;
    }
    boolean refused = outcomes.stream().anyMatch(each -> !each.ok());
    Step first = failed.get(0);
    // What cannot be kept of events is told to who reads them: as a gap.
    Then then = first.name().startsWith(Fixtures.EVENTS) ? Then.DONE : scenario.then().apply(first);
    if (then == Then.REFUSED) {
      assertTrue(refused, () -> "was not told: " + plan.steps());
    } else if (then == Then.DONE && fault != Fault.BROKEN) {
      assertFalse(refused, outcomes::toString);
    }
  }

  /** The old or the new content stands whole; what was acknowledged is there. */
  void filesStandWhole(Snapshot files) {
    Set<String> names = new TreeSet<>(files.texts().keySet());
    names.addAll(reference.old().texts().keySet());
    names.addAll(reference.now().texts().keySet());
    for (String name : names) {
      String text = files.text(name);
      String old = reference.old().text(name);
      String now = reference.now().text(name);
      if (name.endsWith(".tmp")) {
        assertTrue(fault == Fault.BROKEN || text == null || text.equals(old), name + " stays");
      } else if (!name.endsWith(Fixtures.JOURNAL)) {
        // A journal grows in place: what counts of it is what the entry says.
        assertTrue(
            reference.stood().stream().anyMatch(each -> Objects.equals(text, each.text(name))),
            () -> name + " is " + text + ", was " + old + ", should be " + now);
      }
    }
    for (Outcome each : outcomes) {
      for (String name : each.files()) {
        if (each.ok()) {
          assertEquals(reference.now().text(name), files.text(name), name + " was acknowledged");
        } else if (failed.stream().noneMatch(step -> step.op() == Op.SYNC_DIRECTORY)) {
          assertEquals(reference.old().text(name), files.text(name), name + " was refused");
        }
      }
    }
  }

  /** What the service says is what a fresh one says of the same files. */
  void memoryEqualsDisk(View memory, View disk, Snapshot files, String token) {
    if (files.hasForeignLock()) {
      // A fresh one records a completed dream whose lock was lost before it was recorded.
      assertEquals(disk.without(token).withoutLock(), memory.without(token).withoutLock());
    } else if (files.hasLockRecord()) {
      assertEquals(disk.without(token), memory.without(token));
    } else {
      assertEquals(disk, memory);
    }
  }

  void noTemporaries(Snapshot files, Restart second) {
    // What a start does not find or remove, the next one does.
    boolean unswept =
        scenario.starts()
            && failed.stream()
                .anyMatch(
                    step -> step.op() == Op.LIST || step.op() == Op.DELETE || looksAtLog(step));
    assertTrue(
        fault == Fault.BROKEN || unswept || !files.hasTemporaries(),
        () -> files.texts().keySet() + "");
    assertFalse(second.files().hasTemporaries(), () -> second.files().texts().keySet() + "");
  }

  private static boolean looksAtLog(Step step) {
    return step.op() == Op.STAT && step.name().equals("dream-log");
  }

  /** After a crash: what was acknowledged is there, all else wholly or not at all. */
  void restarts(Restart restart, String left) {
    Map<String, String> files = restart.files().texts();
    Set<String> names = new TreeSet<>(files.keySet());
    names.addAll(reference.old().texts().keySet());
    names.addAll(reference.now().texts().keySet());
    for (String name : names) {
      if (!name.equals(Fixtures.LOCK)) {
        fileIsWhole(name, files.get(name), left);
      }
    }
    assertFalse(restart.view().held());
    lockIsHonest(restart.view(), left);
    numbersGoOn(Restart::nextId, restart, left);
    // Where nothing was, each first epoch is another one.
    if (!reference.old().texts().isEmpty()) {
      numbersGoOn(Restart::token, restart, left);
    }
  }

  /** No number that was handed out comes again; what was merely reserved may be given back. */
  private void numbersGoOn(ToLongFunction<Restart> number, Restart restart, String left) {
    long is = number.applyAsLong(restart);
    long old = number.applyAsLong(reference.restartedOld());
    long now = number.applyAsLong(reference.restartedNow());
    boolean acknowledged = outcomes.stream().allMatch(Outcome::ok);
    assertTrue(is >= (acknowledged ? now : Math.min(old, now)), () -> left + ": " + is);
  }

  private void fileIsWhole(String name, String text, String left) {
    Reference is = reference;
    boolean acknowledged =
        outcomes.stream().anyMatch(each -> each.ok() && each.files().contains(name));
    boolean isNew =
        Objects.equals(text, is.now().text(name))
            || Objects.equals(text, is.restartedNow().files().text(name));
    boolean isOld =
        Objects.equals(text, is.old().text(name))
            || Objects.equals(text, is.restartedOld().files().text(name));
    assertTrue(
        isNew || (isOld && !acknowledged),
        () ->
            (left + ": " + name + " is " + text + ", was " + is.old().text(name))
                + (acknowledged ? ", acknowledged is " : ", should be ")
                + is.now().text(name));
  }

  private void lockIsHonest(View view, String left) {
    if (reference.old().hasForeignLock()) {
      // What it found is not known.
      return;
    }
    long old = reference.restartedOld().view().lastCompletedAt();
    long now = reference.restartedNow().view().lastCompletedAt();
    boolean acknowledged =
        outcomes.stream().anyMatch(each -> each.ok() && each.files().contains(Fixtures.LOCK));
    long is = view.lastCompletedAt();
    if (left.equals("killed")) {
      assertTrue(is == now || (is == old && !acknowledged), () -> "completed at " + is);
    } else {
      // It is not synced: a power cut may undo what happened to it lately, but for what the log
      // says.
      assertTrue(
          is == now || is == old || is == 0 || is == view.newestCompleted(),
          () -> left + ": completed at " + is);
      assertTrue(is >= view.newestCompleted(), () -> left + ": completed at " + is);
    }
  }
}
