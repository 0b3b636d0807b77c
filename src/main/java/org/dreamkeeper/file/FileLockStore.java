package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.LockFile.Sight;
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

  private static final int MAX_TRIES = 10;
  private static final Swap NOT_SETTLED = new Swap(false, null);

  private final StoreTasks tasks;
  private final BiFunction<String, Buffer, Future<Void>> writer;
  private final LockFile file;
  private final LockReader reader;
  private final long settleMs;
  private final Time time;

  /** The record that stands there as far as is known, though others may have damaged it. */
  private LockRecord ours;

  /** A free lock that nobody is about to take. */
  private Sight settled;

  FileLockStore(
      StoreTasks tasks,
      BiFunction<String, Buffer, Future<Void>> writer,
      LockFile file,
      LockReader reader,
      long settleMs,
      Time time) {
    this.tasks = tasks;
    this.writer = writer;
    this.file = file;
    this.reader = reader;
    this.settleMs = settleMs;
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
                    ? change(found.view(), (Held) found.view(), MAX_PAUSES).map(Swap::now)
                    : Future.succeededFuture(found.view()));
  }

  @Override
  public Future<Swap> swap(LockView seen, LockContent next) {
    Future<Swap> swap = change(seen, next, MAX_PAUSES);
    boolean granted = next instanceof Held && !(seen instanceof Held);
    return granted && settleMs > 0
        ? swap.compose(end -> end.done() ? settle((Held) next, MAX_TRIES) : swap)
        : swap;
  }

  private Future<Swap> settle(Held next, int tries) {
    return pause()
        .compose(later -> tasks.run(this::look))
        .compose(
            found ->
                found.damaged() && tries > 0
                    ? change(next, next, MAX_PAUSES)
                        .compose(
                            end ->
                                end.done() ? settle(next, tries - 1) : Future.succeededFuture(end))
                    : Future.succeededFuture(new Swap(found.view().equals(next), found.view())))
        .recover(failure -> Future.failedFuture(inDoubt(failure)));
  }

  private static Throwable inDoubt(Throwable failure) {
    return failure instanceof StoreException no
        ? new StoreException(no.getMessage(), true)
        : failure;
  }

  private Future<Swap> change(LockView seen, LockContent next, int pauses) {
    Future<Path> complete =
        next instanceof Held held ? written(held.record()) : Future.succeededFuture();
    return complete
        .compose(draft -> tasks.run(() -> publish(draft, seen, next, pauses > 0)))
        .compose(
            swap ->
                swap == NOT_SETTLED
                    ? pause().compose(later -> change(seen, next, pauses - 1))
                    : Future.succeededFuture(swap));
  }

  private Future<Path> written(LockRecord lock) {
    return tasks
        .run(file::draft)
        .compose(
            draft ->
                writer
                    .apply(draft.toString(), Buffer.buffer(LockText.print(lock)))
                    .map(draft)
                    .recover(failure -> discarded(draft, failure)));
  }

  private Future<Path> discarded(Path draft, Throwable failure) {
    return tasks
        .run(
            () -> {
              file.discard(draft);
              return null;
            })
        .transform(gone -> Future.failedFuture(DiskFailure.told(tasks.where(), failure)));
  }

  private Future<Void> pause() {
    Promise<Void> over = Promise.promise();
    time.schedule(settleMs, over::complete);
    return over.future();
  }

  private Found look() throws IOException {
    Found found = judge(file.see());
    remember(found.view());
    return found;
  }

  private Swap publish(Path record, LockView seen, LockContent next, boolean mayPause)
      throws IOException {
    Function<Sight, Swap> objection = found -> objection(found, seen, mayPause);
    Swap refused;
    if (next instanceof Free free) {
      Instant at = free.completedAt();
      refused = at == null ? file.delete(objection) : file.clear(at, objection);
      if (refused == null) {
        settled = at == null ? Sight.NOTHING : new Sight("", at);
      }
    } else {
      refused = file.replace(record, Instant.ofEpochMilli(time.millis()), objection);
    }
    if (refused != null) {
      return refused;
    }
    ours = next instanceof Held held ? held.record() : null;
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
    return settleMs > 0
        && found.modified() != null
        && found.modified().isAfter(Instant.ofEpochMilli(time.millis() - settleMs))
        && !found.equals(settled)
        && reader.read(found) instanceof Free;
  }

  private Found judge(Sight sight) {
    LockView is = reader.read(sight);
    boolean whole = is instanceof Held held && ours != null && held.record().sameHolder(ours);
    boolean damaged = !whole && ours != null && isDamaged(is, sight);
    return new Found(whole || damaged ? new Held(ours) : is, damaged);
  }

  private boolean isDamaged(LockView is, Sight sight) {
    return is instanceof Free
        || (is instanceof LockView.Foreign && LockText.isTorn(sight.content(), ours));
  }

  /** What is told to be somebody else's is ours no longer. */
  private void remember(LockView told) {
    ours = told instanceof Held held && held.record().equals(ours) ? ours : null;
  }
}
