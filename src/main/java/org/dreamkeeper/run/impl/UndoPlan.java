package org.dreamkeeper.run.impl;

import static org.dreamkeeper.run.impl.PlanRow.CONFLICT;
import static org.dreamkeeper.run.impl.PlanRow.DELETE;
import static org.dreamkeeper.run.impl.PlanRow.IMPOSSIBLE;
import static org.dreamkeeper.run.impl.PlanRow.MOVE_BACK;
import static org.dreamkeeper.run.impl.PlanRow.NONE;
import static org.dreamkeeper.run.impl.PlanRow.RESTORE;
import static org.dreamkeeper.run.impl.PlanRow.UNVERIFIED;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.run.impl.UndoSteps.Done;
import org.dreamkeeper.texts.ArchiveStub;
import org.dreamkeeper.texts.Found;
import org.dreamkeeper.texts.Texts;

/**
 * What an undo is to do, file by file, as the folder is now. Nothing is done here.
 *
 * <ol>
 *   <li>Operations are taken back in reverse; what one would leave is what the one before it finds.
 *   <li>A file that is as it was before needs nothing. One that is as its operation left it is
 *       restored, deleted or moved back.
 *   <li>All else is a conflict, and stays, unless its path is in {@code force}. So is what was
 *       confirmed once, without a hash to hold it against, and is not as it was seen then.
 * </ol>
 */
final class UndoPlan {
  private final DreamLogEntry entry;
  private final SortedSet<Integer> operations;
  private final Set<String> force;
  private final Texts texts;

  /** What was seen when this was confirmed, by path; null if it has not been. */
  private final Map<String, Object> confirmed;

  private final List<List<FileChange>> changes = new ArrayList<>();
  private final Map<String, Found> seen = new HashMap<>();
  private final Map<String, Found> next = new HashMap<>();
  private final List<PlanRow> rows = new ArrayList<>();

  private UndoPlan(
      DreamLogEntry entry,
      SortedSet<Integer> operations,
      Set<String> force,
      Texts texts,
      JsonObject confirmed) {
    this.entry = entry;
    this.operations = operations;
    this.force = force;
    this.texts = texts;
    this.confirmed = confirmed == null ? null : confirmed.getMap();
    Function<String, ArchiveStub> stubs =
        path -> texts.lookAtAny(path).file() ? texts.stub(path) : null;
    entry.operations().forEach(each -> changes.add(FileChange.of(each, stubs)));
  }

  /** Makes a plan; what it rested on, if it was confirmed before a crash, is not null. */
  static UndoPlan of(DreamLogEntry entry, UndoWanted wanted, Texts texts, JsonObject confirmed) {
    UndoPlan plan = new UndoPlan(entry, wanted.operations(entry), wanted.force(), texts, confirmed);
    for (int operation : plan.operations.stream().sorted((a, b) -> b - a).toList()) {
      List<FileChange> files = plan.changes.get(operation);
      for (int i = files.size() - 1; i >= 0; i--) {
        plan.rows.add(plan.row(operation, files.get(i)));
      }
    }
    return plan;
  }

  List<PlanRow> rows() {
    return rows;
  }

  /** Says what becomes of it where these are its rows. */
  Done done(List<PlanRow> its, String error) {
    return new Done(entry.id(), operations, its, error);
  }

  private Found at(String path) {
    return next.computeIfAbsent(path, any -> seen.computeIfAbsent(path, texts::lookAtAny));
  }

  private PlanRow row(int operation, FileChange change) {
    Found here = at(change.path());
    if (change.from() != null) {
      return moved(operation, change, here, at(change.from()));
    }
    Found before = change.before();
    if (before == null) {
      return row(operation, change, IMPOSSIBLE, null, "its text was not recorded");
    }
    if (here.same(before) || here.same(target(change.path()))) {
      return row(operation, change, NONE, null, null);
    }
    String then = before.nothing() ? DELETE : RESTORE;
    if (!here.movable()) {
      return row(operation, change, CONFLICT, then, here.reason());
    }
    Found after = after(operation, change);
    boolean asLeft = after != null && here.same(after);
    boolean forced = after == null || force.contains(change.path());
    if (!asLeft && !(forced && mayBe(change.path(), here))) {
      String changed = here.reason() == null ? "it was changed since" : here.reason();
      return row(operation, change, CONFLICT, then, here.nothing() ? "it is gone" : changed);
    }
    PlanRow row = row(operation, change, after == null ? UNVERIFIED : then, then, null);
    next.put(change.path(), before);
    return row;
  }

  private PlanRow moved(int operation, FileChange change, Found here, Found there) {
    Found hash = change.before();
    boolean copied = hash != null && here.same(hash);
    if (copied && !there.same(hash)) {
      return row(operation, change, NONE, null, null);
    }
    if (copied) {
      // A crash between the two names of one file.
      FileChange copy = new FileChange(change.from(), Found.NOTHING, null, null, hash);
      next.put(change.from(), Found.NOTHING);
      return new PlanRow(operation, copy, DELETE, null, null, there, null);
    }
    if (here.movable() && there.nothing()) {
      return row(operation, change, IMPOSSIBLE, null, change.from() + " is gone");
    }
    String obstacle = obstacle(change, here, there);
    if (obstacle != null) {
      return row(operation, change, CONFLICT, MOVE_BACK, obstacle);
    }
    next.put(change.path(), there);
    next.put(change.from(), Found.NOTHING);
    return new PlanRow(
        operation, change, hash == null ? UNVERIFIED : MOVE_BACK, MOVE_BACK, null, here, there);
  }

  /** Says why a file cannot be moved back to where it was; null if it can. */
  private String obstacle(FileChange change, Found here, Found there) {
    if (!here.movable() || !there.movable()) {
      return here.movable() ? there.reason() : here.reason();
    }
    boolean forced = force.contains(change.path()) && mayBe(change.path(), here);
    if (!here.nothing() && !forced) {
      return "it was written anew";
    }
    Found hash = change.before();
    boolean asLeft = hash == null ? mayBe(change.from(), there) : there.same(hash) || forced;
    return asLeft ? null : change.from() + " was changed since";
  }

  private PlanRow row(int operation, FileChange change, String step, String then, String reason) {
    return new PlanRow(operation, change, step, then, reason, at(change.path()), null);
  }

  /** Gives what the first of the chosen operations found at a path. */
  private Found target(String path) {
    for (int operation : operations) {
      for (FileChange change : changes.get(operation)) {
        if (change.path().equals(path) && change.from() == null && change.before() != null) {
          return change.before();
        }
      }
    }
    return Found.NOTHING;
  }

  /** What an operation does not say it left, the next one may have found. */
  private Found after(int operation, FileChange of) {
    Found after = of.after();
    for (int i = operation + 1; after == null && i < changes.size(); i++) {
      for (FileChange later : changes.get(i)) {
        if (after == null && later.path().equals(of.path()) && later.from() == null) {
          after = later.before();
        }
      }
    }
    return after;
  }

  /** Tells whether what was confirmed without a hash is still so, or what this undo made of it. */
  private boolean mayBe(String path, Found here) {
    return confirmed == null
        || here.seen().equals(confirmed.get(path))
        || (next.containsKey(path) && !here.same(seen.getOrDefault(path, Found.NOTHING)))
        || changes.stream()
            .flatMap(Collection::stream)
            .anyMatch(
                each ->
                    each.path().equals(path) && each.before() != null && here.same(each.before()));
  }

  /** Gives what it saw, by path. */
  JsonObject seen() {
    JsonObject all = new JsonObject();
    seen.forEach((path, found) -> all.put(path, found.seen()));
    return all;
  }

  /** Gives a hash of all that it rests on. */
  String hash() {
    JsonArray all = new JsonArray();
    all.add(entry.id()).add(entry.status().json());
    all.add(new JsonArray(List.copyOf(entry.undoneOperations())));
    all.add(new JsonArray(List.copyOf(operations)));
    all.add(new JsonArray(List.copyOf(new TreeSet<>(force))));
    for (PlanRow row : rows) {
      Found before = row.change().before();
      all.add(row.toJson()).add(row.here().seen());
      all.add(row.there() == null ? null : row.there().seen());
      all.add(before == null ? null : before.seen());
    }
    return Found.of(JsonText.line(all)).seen();
  }
}
