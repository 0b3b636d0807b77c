package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.postgres.Cell.Content;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredState;
import org.dreamkeeper.store.StoredState.Damaged;
import org.dreamkeeper.store.StoredState.Document;
import org.dreamkeeper.store.StoredState.Missing;
import org.dreamkeeper.store.StoredState.Unreadable;

/**
 * The state in its cell. A decision is made on what was last seen there; the change finds out
 * whether that still stood, and where nothing changes, a look does.
 */
final class PgStateStore implements StateStore {
  private static final int MAX_TRIES = 20;

  /** The newest five copies stay. */
  private static final String CHANGE_AND_KEEP =
      Journaled.sql(
          Journaled.NOTHING_ELSE
              + """
              , aside AS (
                INSERT INTO dreamkeeper.aside (project, name, content)
                 SELECT $1, $14, $15::text::json FROM changed),
              old AS (
                DELETE FROM dreamkeeper.aside USING changed WHERE project = $1 AND name IN (
                  SELECT name FROM dreamkeeper.aside WHERE project = $1
                   AND name NOT LIKE 'drm-%' ORDER BY at DESC OFFSET 4))
              """);

  private final Cell cell;
  private final PgTasks tasks;
  private final Budget budget;
  private Content content;
  private StoredState state;
  private long setAside;

  PgStateStore(Cell cell, PgTasks tasks, Budget budget) {
    this.cell = cell;
    this.tasks = tasks;
    this.budget = budget;
  }

  @Override
  public String name() {
    return cell.actor();
  }

  @Override
  public <R> Future<R> transact(Function<StoredState, StateChange<R>> decide) {
    return tasks.run(() -> decideAndCommit(decide));
  }

  @SuppressWarnings("ReferenceEquality") // the same one comes while nothing has changed
  private synchronized <R> R decideAndCommit(Function<StoredState, StateChange<R>> decide) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      learn(cell.seen());
      StateChange<R> change = decide.apply(state);
      if (change.next() == null ? cell.look() == content : commit(change)) {
        return change.result();
      }
    }
    throw new StoreException(name() + ": changes faster than it can be replaced", false);
  }

  @SuppressWarnings("ReferenceEquality")
  private void learn(Content seen) {
    if (seen != content) {
      content = seen;
      state = seen.text() == null ? new Missing() : read(seen.text());
    }
  }

  private StoredState read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String excess = budget.excess(JsonText.held(bytes));
    return excess != null
        ? new Unreadable(excess)
        : JsonText.parseObject(bytes)
            .<StoredState>map(Document::new)
            .orElseGet(() -> new Damaged(null, "it is no JSON object"));
  }

  private boolean commit(StateChange<?> change) {
    if (state instanceof Unreadable obstacle) {
      throw new StoreException(name() + ": " + obstacle.reason(), false);
    }
    boolean same = change.next() == state;
    String next =
        same
            ? content.text()
            : new String(JsonText.print(change.next().json()), StandardCharsets.UTF_8);
    Map<String, Carried> carried = Map.of(Journaled.ALL, change.carried());
    boolean done;
    if (change.setAside() == null || content.text() == null) {
      done = cell.commit(Cell.CHANGE, next, carried) != null;
    } else {
      String name = "state.corrupt-" + cell.epoch() + "-" + ++setAside;
      done = cell.commit(CHANGE_AND_KEEP, next, carried, name, content.text()) != null;
      if (done) {
        change.setAside().accept(name);
      }
    }
    if (done) {
      content = cell.seen();
      state = change.next();
    }
    return done;
  }
}
