package org.dreamkeeper.torture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the workers of all nodes have asked and been answered, on the clock that the machine's
 * processes share; and whether one state and one lock can have given those answers.
 *
 * <ol>
 *   <li>Revisions are the order of the writes: it respects real time, and in it each write counts
 *       one more than the one before, but for those of which nobody knows whether they were done.
 *   <li>A read shows a write that was not over before it began, or the last that was, as that left
 *       it.
 *   <li>Tokens grow in real time, and none writes after a greater one was granted.
 * </ol>
 *
 * <p>It is checked in rounds, between which all workers rest; each costs what a sort does.
 */
final class History {
  /** One answer: {@code C} counts, {@code R} reads, {@code G} is a grant. */
  private record Answer(String kind, long begun, long ended, long order, long value, long token) {}

  /** What cannot be: how much of each kind, and in words. */
  record Verdict(
      int answers, long lost, long doubled, int grants, int deposed, List<String> wrong) {
    @Override
    public String toString() {
      return "%d answers checked, %d lost, %d doubled, %d double grants, %d deposed writes, %d wrong"
          .formatted(answers, lost, doubled, grants, deposed, wrong.size());
    }
  }

  private static final int FIELDS = 8;

  /** A project in this round, and how the one before it left it. */
  private static final class Project {
    final List<Answer> counts = new ArrayList<>();
    final List<Answer> reads = new ArrayList<>();
    final List<Answer> grants = new ArrayList<>();
    int unknown;
    long begin;
    long order;
    long token;
  }

  private final Map<String, Project> projects = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private long lost;
  private long doubled;
  private int doubleGrants;
  private int deposed;

  private Project project(String name) {
    return projects.computeIfAbsent(name, first -> new Project());
  }

  /**
   * Takes a line: {@code H <project> <kind> <begun> <ended> <revision or -> <value> <token>}; false
   * if it is none.
   */
  synchronized boolean take(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != FIELDS || !words[0].equals("H")) {
      return false;
    }
    Project of = project(words[1]);
    Answer answer =
        new Answer(
            words[2],
            Long.parseLong(words[3]),
            Long.parseLong(words[4]),
            order(words[5]),
            Long.parseLong(words[6]),
            Long.parseLong(words[7]));
    List<Answer> all =
        switch (answer.kind) {
          case "C" -> of.counts;
          case "R" -> of.reads;
          default -> of.grants;
        };
    all.add(answer);
    return true;
  }

  /** A revision is {@code <epoch>-<n>-<random>}; 0 where there is none. */
  private static long order(String revision) {
    String[] parts = revision.split("-", -1);
    return parts.length < 3 ? 0 : (Long.parseLong(parts[0]) << 32) + Long.parseLong(parts[1]);
  }

  /** Takes note that so many counts of a project may have been done without an answer. */
  synchronized void mayHave(String project, int counts) {
    project(project).unknown += counts;
  }

  /** Gives what cannot be of this round, where the states in its end are these; begins the next. */
  synchronized Verdict check(Map<String, Long> ends) {
    int answers = 0;
    for (Map.Entry<String, Project> each : projects.entrySet()) {
      Project of = each.getValue();
      answers += of.counts.size() + of.reads.size() + of.grants.size();
      check(each.getKey(), of, ends.getOrDefault(each.getKey(), 0L));
    }
    Verdict verdict =
        new Verdict(answers, lost, doubled, doubleGrants, deposed, List.copyOf(wrong));
    wrong.clear();
    lost = 0;
    doubled = 0;
    doubleGrants = 0;
    deposed = 0;
    return verdict;
  }

  private void check(String name, Project of, long end) {
    // A repeated one shows the state as it was later: it has no place of its own.
    List<Answer> placed = new ArrayList<>(of.counts.stream().filter(e -> e.order > 0).toList());
    placed.sort(Comparator.comparingLong(each -> each.order));
    count(name, of, placed, end);
    realTime(name, placed);
    reads(name, of, placed);
    tokens(name, of);
    of.begin = end;
    of.unknown = 0;
    of.counts.clear();
    of.reads.clear();
    of.grants.clear();
  }

  private void count(String name, Project of, List<Answer> placed, long end) {
    long last = of.begin;
    for (Answer each : placed) {
      if (each.order <= of.order || each.value <= last) {
        wrong.add(name + ": counted " + each.value + " after " + last + ": " + each);
      }
      of.order = Math.max(of.order, each.order);
      last = each.value;
    }
    long counted = end - of.begin;
    long less = Math.max(0, of.counts.size() - counted);
    long more = Math.max(0, counted - of.counts.size() - of.unknown);
    lost += less;
    doubled += more;
    if (less + more > 0) {
      wrong.add(
          "%s: %d counted, %d acknowledged, %d more that nobody knows of at most"
              .formatted(name, counted, of.counts.size(), of.unknown));
    }
  }

  /** What was over before another began stands before it. */
  private void realTime(String project, List<Answer> placed) {
    long latestBegun = Long.MIN_VALUE;
    Answer latest = null;
    for (Answer each : placed) {
      if (latest != null && each.ended < latestBegun) {
        wrong.add(project + ": " + each + " was over before " + latest + " began");
      }
      if (each.begun > latestBegun) {
        latestBegun = each.begun;
        latest = each;
      }
    }
  }

  private void reads(String project, Project of, List<Answer> placed) {
    Map<Long, Answer> writes = new HashMap<>();
    placed.forEach(each -> writes.put(each.order, each));
    List<Answer> byEnd = new ArrayList<>(placed);
    byEnd.sort(Comparator.comparingLong(each -> each.ended));
    of.reads.sort(Comparator.comparingLong(each -> each.begun));
    int next = 0;
    long least = of.begin;
    for (Answer read : of.reads) {
      while (next < byEnd.size() && byEnd.get(next).ended < read.begun) {
        least = Math.max(least, byEnd.get(next++).value);
      }
      Answer write = writes.get(read.order);
      if (read.value < least) {
        wrong.add(project + ": " + read + " does not show " + least);
      } else if (write != null && (write.value != read.value || write.begun > read.ended)) {
        wrong.add(project + ": " + read + " does not show what is there after " + write);
      }
    }
  }

  private void tokens(String project, Project of) {
    long highest = of.token;
    of.grants.sort(Comparator.comparingLong(each -> each.token));
    Answer lower = null;
    for (Answer grant : of.grants) {
      boolean before = lower != null && grant.ended < lower.begun;
      if (grant.token <= highest || before) {
        wrong.add(project + ": " + grant + " was granted before " + lower);
        doubleGrants++;
      }
      highest = Math.max(highest, grant.token);
      lower = grant;
    }
    of.grants.sort(Comparator.comparingLong(each -> each.ended));
    List<Answer> writes = new ArrayList<>(of.counts.stream().filter(e -> e.token > 0).toList());
    writes.sort(Comparator.comparingLong(each -> each.begun));
    int next = 0;
    long granted = of.token;
    for (Answer write : writes) {
      while (next < of.grants.size() && of.grants.get(next).ended < write.begun) {
        granted = Math.max(granted, of.grants.get(next++).token);
      }
      if (write.token < granted) {
        wrong.add(project + ": " + write + " after the grant of " + granted);
        deposed++;
      }
    }
    of.token = highest;
  }
}
