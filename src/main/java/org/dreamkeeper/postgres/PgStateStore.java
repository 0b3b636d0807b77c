package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.BodyCheck;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.postgres.Journaled.Done;
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
  private static final Journaled.Sql CHANGE_AND_KEEP =
      Journaled.Sql.with(
          Journaled.NOTHING_ELSE
              + """
              , aside AS (
                INSERT INTO dreamkeeper.aside (project, name, content)
                 SELECT $1, $12, $13::text::json FROM changed),
              old AS (
                DELETE FROM dreamkeeper.aside USING changed WHERE project = $1 AND name IN (
                  SELECT name FROM dreamkeeper.aside WHERE project = $1
                   AND name NOT LIKE 'drm-%' ORDER BY at DESC OFFSET 4))
              """);

  private final Cell cell;
  private final Calls calls;
  private final Budget budget;
  private Content content;
  private StoredState state;
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

  @SuppressWarnings("ReferenceEquality") // the same one comes while nothing has changed
  private <R> Future<R> attempt(Function<StoredState, StateChange<R>> decide, int tries) {
    if (tries > MAX_TRIES) {
      throw new StoreException(name() + ": changes faster than it can be replaced", false);
    }
    return cell.seen()
        .compose(this::learn)
        .compose(small -> calls.compute(small, () -> decide.apply(state)))
        .compose(
            change ->
                (change.next() == null ? cell.look().map(now -> now == content) : commit(change))
                    .compose(
                        done ->
                            done
                                ? Future.succeededFuture(change.result())
                                : attempt(decide, tries + 1)));
  }

  /** Reads what was seen; gives whether it is small. */
  @SuppressWarnings("ReferenceEquality")
  private Future<Boolean> learn(Content seen) {
    boolean small = seen.text() == null || seen.text().length() <= JsonText.SMALL_BYTES;
    if (seen == content) {
      return Future.succeededFuture(small);
    }
    return calls
        .compute(small, () -> seen.text() == null ? new Missing() : read(seen.text()))
        .map(
            read -> {
              content = seen;
              state = read;
              return small;
            });
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

  private Future<Boolean> commit(StateChange<?> change) {
    if (state instanceof Unreadable obstacle) {
      throw new StoreException(name() + ": " + obstacle.reason(), false);
    }
    JsonObject json = change.next().json();
    Map<String, Carried> carried = Map.of(Journaled.ALL, change.carried());
    Future<String> printed =
        change.next() == state
            ? Future.succeededFuture(content.text())
            : calls.compute(BodyCheck.isSmall(json), () -> JsonText.text(json));
    return printed
        .compose(
            next -> {
              if (change.setAside() == null || content.text() == null) {
                return cell.commit(Cell.CHANGE, next, carried);
              }
              String name = "state.corrupt-" + cell.epoch() + "-" + ++setAside;
              return cell.commit(CHANGE_AND_KEEP, next, carried, name, content.text())
                  .onSuccess(done -> tell(done, change, name));
            })
        .map(
            done -> {
              if (done != null) {
                content = cell.content();
                state = change.next();
              }
              return done != null;
            });
  }

  private static void tell(Done done, StateChange<?> change, String name) {
    if (done != null) {
      change.setAside().accept(name);
    }
  }
}
