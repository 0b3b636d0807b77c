package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.LockFile.Sight;
import org.dreamkeeper.file.NamedFiles.Draft;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;
import org.dreamkeeper.store.LockView.LockContent;
import org.dreamkeeper.store.StoreException;

/**
 * The lock in {@code dream.lock}: empty, or absent, while it is free, with the time of the last
 * completed dream as its mtime; a record while it is held.
 *
 * <ol>
 *   <li>A thread of the project's makes an empty draft: a disk that lets nothing be changed is met
 *       there, and not on the threads that all users of this Vert.x share.
 *   <li>Vert.x's asynchronous file system writes the record into it.
 *   <li>A thread of the project's looks at the lock, and lets the draft take its place if it is
 *       what was seen, in one step.
 *   <li>A free lock that others have touched within {@code settleMs} is looked at again after that
 *       time: they may be about to write their PID. So is a new record: who judged the lock at the
 *       same moment has then written over it.
 * </ol>
 */
final class FileLockStore implements LockStore {
  /** A file that is touched all the time is taken as it is. */
  private static final int MAX_PAUSES = 2;

  private static final Swap NOT_SETTLED = new Swap(false, null);

  private final StoreTasks tasks;
  private final BiFunction<Path, Buffer, Future<Void>> writer;
  private final LockFile file;
  private final LockReader reader;
  private final EventFiles events;
  private final Time time;

  /** The record that stands there as far as is known, though others may have damaged it. */
  private LockRecord ours;

  /** A free lock that nobody is about to take. */
  private Sight settled;

  FileLockStore(
      StoreTasks tasks,
      BiFunction<Path, Buffer, Future<Void>> writer,
      LockFile file,
      LockReader reader,
      EventFiles events,
      Time time) {
    this.tasks = tasks;
    this.writer = writer;
    this.file = file;
    this.reader = reader;
    this.events = events;
    this.time = time;
  }

  /** Who has the lock, and whether that is a record of ours which others have damaged. */
  private record Found(LockView view, boolean damaged) {}

  @Override
  public Future<LockView> view() {
    return tasks
        .run(this::look)
        .compose(
            found ->
                found.damaged()
                    ? change(found.view(), (Held) found.view(), List.of(), MAX_PAUSES)
                        .map(Swap::now)
                    : Future.succeededFuture(found.view()));
  }

  @Override
  public Future<Swap> swap(LockView seen, LockContent next, Carried carried) {
    boolean granted = next instanceof Held && !(seen instanceof Held);
    if (!granted || file.settleMs() == 0) {
      return change(seen, next, carried.events(), MAX_PAUSES);
    }
    return change(seen, next, List.of(), MAX_PAUSES)
        .compose(end -> end.done() ? settle((Held) next, MAX_PAUSES) : Future.succeededFuture(end))
        .compose(
            end ->
                end.done()
                    ? tasks.run(Executors.callable(() -> events.keep(carried.events()), end))
                    : Future.succeededFuture(end));
  }

  /** Looks again; a record that was emptied may be one that somebody is about to write over. */
  private Future<Swap> settle(Held next, int pauses) {
    return pause()
        .compose(later -> tasks.run(this::look))
        .compose(
            found ->
                found.damaged() && pauses > 0
                    ? settle(next, pauses - 1)
                    : view().map(now -> new Swap(now.equals(next), now)))
        .recover(failure -> Future.failedFuture(inDoubt(failure)));
  }

  private static Throwable inDoubt(Throwable failure) {
    return failure instanceof StoreException no
        ? new StoreException(no.getMessage(), true)
        : failure;
  }

  private Future<Swap> change(LockView seen, LockContent next, List<JsonObject> told, int pauses) {
    Future<Draft> record =
        next instanceof Held held
            ? tasks.run(file::draft).compose(draft -> write(draft, held))
            : Future.succeededFuture();
    return record
        .compose(
            draft ->
                tasks.run(
                    () -> {
                      Swap swap = publish(draft, seen, next, pauses > 0);
                      events.keep(swap.done() ? told : List.of());
                      return swap;
                    }))
        .compose(
            swap ->
                swap.equals(NOT_SETTLED)
                    ? pause().compose(later -> change(seen, next, told, pauses - 1))
                    : Future.succeededFuture(swap));
  }

  private Future<Draft> write(Draft draft, Held next) {
    return writer
        .apply(draft.temporary(), Buffer.buffer(LockText.print(next.record())))
        .map(draft)
        .recover(
            failure ->
                tasks
                    .run(Executors.callable(() -> file.files().discard(draft)))
                    .transform(
                        gone -> Future.failedFuture(DiskFailure.told(tasks.where(), failure))));
  }

  private Future<Void> pause() {
    Promise<Void> over = Promise.promise();
    time.schedule(file.settleMs(), over::complete);
    return over.future();
  }

  private Found look() throws IOException {
    Found found = judge(file.see());
    remember(found.view());
    return found;
  }

  private Swap publish(Draft written, LockView seen, LockContent next, boolean mayPause)
      throws IOException {
    LockRecord record = next instanceof Held held ? held.record() : null;
    Instant stamp =
        next instanceof Free free ? free.completedAt() : Instant.ofEpochMilli(time.millis());
    Draft draft = record == null && stamp != null ? file.draft() : written;
    Swap refused =
        file.change(draft, stamp, record != null, found -> objection(found, seen, mayPause));
    if (refused != null) {
      return refused;
    }
    ours = record;
    settled = draft == null ? Sight.NOTHING : new Sight("", stamp);
    return new Swap(true, next);
  }

  private Swap objection(Sight found, LockView seen, boolean mayPause) {
    if (mayPause && unsettled(found)) {
      settled = found;
      return NOT_SETTLED;
    }
    LockView now = judge(found).view();
    if (now.equals(seen)) {
      return null;
    }
    remember(now);
    return new Swap(false, now);
  }

  private boolean unsettled(Sight found) {
    return file.settleMs() > 0
        && found.modified() != null
        && found.modified().isAfter(Instant.ofEpochMilli(time.millis() - file.settleMs()))
        && !found.equals(settled)
        && reader.read(found) instanceof Free;
  }

  private Found judge(Sight sight) {
    LockView is = reader.read(sight);
    if (ours == null) {
      return new Found(is, false);
    }
    if (is instanceof Held held) {
      return new Found(held.record().sameHolder(ours) ? new Held(ours) : is, false);
    }
    boolean damaged = is instanceof Free || LockText.isTorn(sight.content(), ours);
    return new Found(damaged ? new Held(ours) : is, damaged);
  }

  /** What is told to be somebody else's is ours no longer. */
  private void remember(LockView told) {
    ours = told instanceof Held held && held.record().equals(ours) ? ours : null;
  }
}
