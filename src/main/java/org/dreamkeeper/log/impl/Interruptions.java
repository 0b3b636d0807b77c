package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.RepeatedFailureLog;
import org.dreamkeeper.log.impl.InterruptionRule.Moment;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LogStore.Committed;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.LogStore.Result;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/** Ends the entries that are {@code processing} although nobody can be at it any more. */
final class Interruptions {
  /** How many are ended in one commit. */
  private static final int TOGETHER = 64;

  private static final double NANOS_PER_MS = 1e6;
  private static final Logger LOG = Log.of(Interruptions.class);

  private final LogEngine engine;
  private final Project project;
  private final InterruptionRule rule;
  private final LongSupplier holder;
  private final RepeatedFailureLog unended;
  private boolean failing;

  /**
   * Has ended none yet.
   *
   * @param holder gives the token that holds the lock, 0 for none
   */
  Interruptions(LogEngine engine, InterruptionRule rule, LongSupplier holder) {
    this.engine = engine;
    this.project = engine.project();
    this.rule = rule;
    this.holder = holder;
    this.unended =
        new RepeatedFailureLog(
            LOG, "interrupted entries of " + project.address("log") + " stay as they are");
  }

  private Moment now(Row row) {
    long nanos = project.time().nanos();
    double sinceSeen = (nanos - engine.rows().seenAt(row, nanos)) / NANOS_PER_MS;
    return new Moment(holder.getAsLong(), project.time().millis(), sinceSeen);
  }

  boolean interrupted(Row row) {
    return row != null && rule.interrupted(row, now(row));
  }

  /** Tells in how many ms the next entry will be too old; infinity if none will. */
  double nextDueMs() {
    return engine.rows().processing().stream()
        .mapToDouble(row -> rule.dueMs(row, now(row)))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Tells whether the last attempt left something to be done. */
  boolean failing() {
    return failing;
  }

  /** Reads an entry as it is once it is not interrupted, as far as the store lets it; or null. */
  Future<Entry> read(String id) {
    List<String> it = List.of(id);
    return engine
        .read(it, false)
        .compose(
            found ->
                interrupted(engine.rows().get(id))
                    ? end(List.of(engine.rows().get(id))).compose(end -> engine.read(it, false))
                    : Future.succeededFuture(found))
        .map(found -> found.get(id));
  }

  /** Ends all that the rows show to be interrupted, as far as the store lets it be done. */
  Future<Void> end() {
    return AsyncLoop.whileTrue(this::endSome);
  }

  /** Ends some of them; gives whether there may be others. */
  Future<Boolean> endSome() {
    Iterator<Row> due = engine.rows().processing().stream().filter(this::interrupted).iterator();
    List<Row> some = Rows.fitting(due, TOGETHER, project.budget().share());
    return some.isEmpty() ? Future.succeededFuture(false) : end(some);
  }

  /** Ends entries, durably; those of which the store says otherwise are left as they are. */
  private Future<Boolean> end(List<Row> some) {
    return engine
        .commit(some.stream().map(this::ending).toList(), Removal.NONE)
        .map(Committed::results)
        .otherwise(failure -> List.of(new Result<>(null, false, failure)))
        .map(this::ended);
  }

  private boolean ended(List<Result<Row>> results) {
    Optional<Throwable> refused =
        results.stream().map(Result::failure).filter(Objects::nonNull).findFirst();
    refused.ifPresentOrElse(
        no -> unended.failed(StoreException.refusal(no).reason()), unended::over);
    failing = refused.isPresent();
    return !failing || results.stream().anyMatch(Result::written);
  }

  private JsonObject told(JsonObject next) {
    return project.events().event("log.interrupted", Row.toEvent(next));
  }

  private Put ending(Row seen) {
    Moment then = now(seen);
    return new Put(
        seen.id(),
        true,
        stored -> {
          Row row = stored == null ? seen : Row.of(stored);
          Moment now = row.sameVersion(seen) ? then : new Moment(then.holder(), then.millis(), 0);
          return stored != null && rule.interrupted(row, now)
              ? rule.ended(stored.json(), row, now)
              : null;
        },
        next -> new Carried(List.of(), List.of(told(next))));
  }
}
