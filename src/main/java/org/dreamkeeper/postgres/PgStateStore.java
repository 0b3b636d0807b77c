package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.BodyCheck;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.postgres.Journaled.Sql;
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
  private static final Sql CHANGE_AND_KEEP =
      Sql.with(
          """
          aside AS (
            INSERT INTO dreamkeeper.aside (project, name, content)
             SELECT $1, $12, $13::text::json FROM changed),
          old AS (
            DELETE FROM dreamkeeper.aside USING changed WHERE project = $1 AND name IN (
              SELECT name FROM dreamkeeper.aside WHERE project = $1
               AND name NOT LIKE 'drm-%' ORDER BY at DESC OFFSET 4)),
          """
              + Sql.NOTHING_ELSE);

  private final Cell cell;
  private final Calls calls;
  private final Budget budget;

  /** What was read last, and of which text; null before. */
  private StoredState state;

  private String text;
  private long setAside;

  PgStateStore(Cell cell, Calls calls, Budget budget) {
    this.cell = cell;
    this.calls = calls;
    this.budget = budget;
  }

  @Override
  public String name() {
    return cell.actor();
  }

  @Override
  public <R> Future<R> transact(Function<StoredState, StateChange<R>> decide) {
    return cell.run(() -> attempt(decide, 1));
  }

  private <R> Future<R> attempt(Function<StoredState, StateChange<R>> decide, int tries) {
    if (tries > MAX_TRIES) {
      throw new StoreException(name() + ": changes faster than it can be replaced", false);
    }
    return cell.seen()
        .compose(
            seen ->
                calls.compute(
                    seen == null || seen.length() <= JsonText.SMALL_BYTES,
                    () -> decide.apply(read(seen))))
        .compose(
            change ->
                (change.next() == null
                        ? cell.look().map(now -> Objects.equals(now, text))
                        : commit(change))
                    .compose(
                        done ->
                            done
                                ? Future.succeededFuture(change.result())
                                : attempt(decide, tries + 1)));
  }

  /** Reads what was seen, unless that is what was read before. */
  private StoredState read(String seen) {
    if (state == null || !Objects.equals(seen, text)) {
      state = seen == null ? new Missing() : parsed(seen.getBytes(StandardCharsets.UTF_8));
      text = seen;
    }
    return state;
  }

  private StoredState parsed(byte[] bytes) {
    String excess = budget.excess(JsonText.held(bytes));
    return excess != null
        ? new Unreadable(excess)
        : JsonText.parseObject(bytes)
            .<StoredState>map(Document::new)
            .orElseGet(() -> new Damaged(null, "it is no JSON object"));
  }

  private Future<Boolean> commit(StateChange<?> change) {
    if (state instanceof Unreadable obstacle) {
      throw new StoreException(name() + ": " + obstacle.reason(), false);
    }
    JsonObject json = change.next().json();
    String aside =
        change.setAside() == null || text == null
            ? null
            : "state.corrupt-" + cell.epoch() + "-" + ++setAside;
    Journaled carried = cell.carry(change.carried());
    return (change.next() == state
            ? Future.succeededFuture(text)
            : calls.compute(BodyCheck.isSmall(json), () -> JsonText.text(json)))
        .compose(
            next ->
                aside == null
                    ? cell.commit(Sql.CHANGE, next, carried)
                    : cell.commit(CHANGE_AND_KEEP, next, carried, aside, text))
        .map(
            done -> {
              if (done != null) {
                state = change.next();
                text = cell.content();
              }
              if (done != null && aside != null) {
                change.setAside().accept(aside);
              }
              return done != null;
            });
  }
}
