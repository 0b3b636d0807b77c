package org.dreamkeeper.torture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the workers of all nodes have asked and been answered, on the clock that the machine's
 * processes share; and whether one state and one lock can have given those answers.
 *
 * <ol>
 *   <li>Revisions are the order of the writes: it respects real time, and in it each write counts
 *       one more than the one before, but for those of which nobody knows whether they were done.
 *   <li>A read shows a write that was not over before it began, or the last that was.
 *   <li>Tokens grow in real time, and none writes after a greater one was granted.
 * </ol>
 */
final class History {
  /** One answer: {@code C} counts, {@code R} reads, {@code G} is a grant. */
  private record Answer(String kind, long begun, long ended, long order, long value, long token) {}

  private static final int FIELDS = 8;

  private final Map<String, List<Answer>> byProject = new HashMap<>();
  private final Map<String, Integer> unknown = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();

  /**
   * Takes a line: {@code H <project> <kind> <begun> <ended> <revision or -> <value> <token>}; false
   * if it is none.
   */
  boolean take(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != FIELDS || !words[0].equals("H")) {
      return false;
    }
    byProject
        .computeIfAbsent(words[1], first -> new ArrayList<>())
        .add(
            new Answer(
                words[2],
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                order(words[5]),
                Long.parseLong(words[6]),
                Long.parseLong(words[7])));
    return true;
  }

  /** A revision is {@code <epoch>-<n>-<random>}; 0 where there is none. */
  private static long order(String revision) {
    String[] parts = revision.split("-", -1);
    return parts.length < 3 ? 0 : (Long.parseLong(parts[0]) << 32) + Long.parseLong(parts[1]);
  }

  /** Takes note that so many counts of a project may have been done without an answer. */
  void mayHave(String project, int counts) {
    unknown.merge(project, counts, Integer::sum);
  }

  /** Gives what cannot be; also where the states in the end are these. */
  List<String> check(Map<String, Long> ends) {
    byProject.forEach((project, all) -> check(project, all, ends.getOrDefault(project, 0L)));
    return wrong;
  }

  int size() {
    return byProject.values().stream().mapToInt(List::size).sum();
  }

  private void check(String project, List<Answer> all, long end) {
    List<Answer> counts = of(all, "C");
    // A repeated one shows the state as it was later: it has no place of its own.
    List<Answer> placed = new ArrayList<>(counts.stream().filter(each -> each.order > 0).toList());
    placed.sort(Comparator.comparingLong(each -> each.order));
    int free = unknown.getOrDefault(project, 0) + counts.size() - placed.size();
    count(project, placed, free, end, counts.size());
    realTime(project, placed);
    reads(project, placed, of(all, "R"));
    tokens(project, of(all, "G"), counts);
  }

  private static List<Answer> of(List<Answer> all, String kind) {
    return all.stream().filter(each -> each.kind.equals(kind)).toList();
  }

  private void count(String project, List<Answer> placed, int free, long end, int asked) {
    Set<Long> seen = new HashSet<>();
    long last = 0;
    long gaps = 0;
    for (Answer each : placed) {
      if (!seen.add(each.order) || each.value <= last) {
        wrong.add(project + ": counted " + each.value + " after " + last + ": " + each);
      }
      gaps += Math.max(0, each.value - last - 1);
      last = each.value;
    }
    gaps += Math.max(0, end - last);
    if (gaps > free || end < asked) {
      wrong.add(
          "%s: %d counted, %d acknowledged, %d that nobody knows of at most %d"
              .formatted(project, end, asked, gaps, free));
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

  private void reads(String project, List<Answer> placed, List<Answer> reads) {
    List<Answer> byEnd = new ArrayList<>(placed);
    byEnd.sort(Comparator.comparingLong(each -> each.ended));
    List<Answer> inTime = new ArrayList<>(reads);
    inTime.sort(Comparator.comparingLong(each -> each.begun));
    int next = 0;
    long least = 0;
    for (Answer read : inTime) {
      while (next < byEnd.size() && byEnd.get(next).ended < read.begun) {
        least = Math.max(least, byEnd.get(next++).value);
      }
      if (read.value < least) {
        wrong.add(project + ": " + read + " does not show " + least);
      }
    }
  }

  private void tokens(String project, List<Answer> grants, List<Answer> counts) {
    List<Answer> inTime = new ArrayList<>(grants);
    inTime.sort(Comparator.comparingLong(each -> each.token));
    for (int i = 1; i < inTime.size(); i++) {
      Answer lower = inTime.get(i - 1);
      Answer higher = inTime.get(i);
      if (lower.token == higher.token || higher.ended < lower.begun) {
        wrong.add(project + ": " + higher + " was granted before " + lower);
      }
    }
    for (Answer write : counts) {
      for (Answer grant : inTime) {
        if (write.token > 0 && write.token < grant.token && grant.ended < write.begun) {
          wrong.add(project + ": " + write + " after " + grant);
          break;
        }
      }
    }
  }
}
