package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.impl.UndoSteps.Done;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.texts.TextFolder;
import org.slf4j.Logger;

/**
 * An undo that did not come to its end, as the state's field {@code undoing} says: whoever has the
 * lock next finishes it. It names the dream whose work is reverted; or the texts that are being put
 * back, which only who reaches their folder can finish.
 */
final class Interrupted {
  private static final Logger LOG = Log.of(Interrupted.class);
  private static final Pattern ID = Pattern.compile("drm-[0-9]{1,200}");

  private final LeaseKeeper held;
  private final Rewind rewind;
  private final TextFolder folder;
  private Done finished;

  /** The folder of the texts may be null. */
  Interrupted(LeaseKeeper held, Rewind rewind, TextFolder folder) {
    this.held = held;
    this.rewind = rewind;
    this.folder = folder;
  }

  /** Gives what became of texts that were being put back; null if there were none. */
  Done finished() {
    return finished;
  }

  /** Reads the state, and finishes the undo that it names, if any. */
  Future<DreamState> finish() {
    return held.state()
        .read()
        .compose(
            state -> {
              Object undoing = state.more().getValue(Rewind.UNDOING);
              if (undoing == null) {
                return Future.succeededFuture(state);
              }
              if (undoing instanceof String id && ID.matcher(id).matches()) {
                return rewind.finish(id);
              }
              UndoWanted wanted = undoing instanceof JsonObject json ? UndoWanted.of(json) : null;
              return wanted == null
                  ? rewind.drop("it names no entry")
                  : finish(wanted).recover(failure -> left(state, failure));
            });
  }

  private Future<DreamState> finish(UndoWanted wanted) {
    return held.log()
        .getById(wanted.id())
        .compose(
            found -> {
              if (found.isEmpty() || found.get().status() == DreamStatus.UNDONE) {
                return rewind.finish(wanted.id());
              }
              if (found.get().status() == DreamStatus.PROCESSING) {
                return rewind.drop(wanted.id() + " is processing");
              }
              return folder == null
                  ? Future.failedFuture("the folder of the texts is not known here")
                  : putBack(wanted, found.get());
            });
  }

  private Future<DreamState> putBack(UndoWanted wanted, DreamLogEntry entry) {
    return folder
        .with(texts -> TextUndo.resume(texts, wanted, entry))
        .compose(done -> rewind.mark(entry, done.reverted()).onSuccess(marked -> finished = done))
        .compose(marked -> held.state().read());
  }

  /** Dreams need not wait for a folder that is gone; the next one tries it again. */
  private Future<DreamState> left(DreamState state, Throwable failure) {
    LogKeys.dream(LOG.atWarn(), null, held.token())
        .log("an undo is not finished yet: {}", failure.getMessage());
    return Future.succeededFuture(state);
  }
}
