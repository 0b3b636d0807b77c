package org.dreamkeeper.host;

import io.vertx.core.Future;
import java.util.TreeMap;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.bus.impl.AsyncLoop;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.Prune;
import org.slf4j.Logger;

/**
 * Takes a dream of {@link DuplicateNotesWorker} back: what was archived returns to its place, and
 * what is still missing is written anew from the log. A note that stands in its place again is left
 * as it is, so it may be done twice.
 */
final class DuplicateNotesUndo {
  /** The field of a {@code PRUNE} that says where the note went. */
  static final String ARCHIVED_TO = "archivedTo";

  private static final Logger LOG = Log.of(DuplicateNotesUndo.class);

  private final Dreamkeeper project;
  private final NotesFolder folder;

  DuplicateNotesUndo(Dreamkeeper project, NotesFolder folder) {
    this.project = project;
    this.folder = folder;
  }

  Future<Void> run(String id) {
    return project
        .undo(id, this::revert)
        .onSuccess(entry -> LOG.info("{}: {} is undone", project.prefix(), entry.id()))
        .mapEmpty();
  }

  private Future<Void> revert(DreamLogEntry entry) {
    return AsyncLoop.forEach(entry.operations(), this::moveBack)
        .compose(back -> AsyncLoop.forEach(entry.operations(), this::writeMissing));
  }

  private Future<Void> moveBack(DreamOperation operation) {
    return operation instanceof Prune prune
            && prune.action() == Prune.Action.ARCHIVE
            && prune.more().getValue(ARCHIVED_TO) instanceof String from
        ? moveBack(from, prune.file())
        : Future.succeededFuture();
  }

  private Future<Void> writeMissing(DreamOperation operation) {
    return operation instanceof Consolidate merge && merge.previousTexts() != null
        ? AsyncLoop.forEach(
            new TreeMap<>(merge.previousTexts()).entrySet(),
            text -> folder.writeMissing(text.getKey(), text.getValue()))
        : Future.succeededFuture();
  }

  private Future<Void> moveBack(String from, String to) {
    return folder
        .restore(from, to)
        .onSuccess(back -> LOG.info("{}: {} is back at {}", project.prefix(), from, to))
        .recover(
            failure -> {
              LOG.info("{}: {} was not moved: {}", project.prefix(), from, failure.getMessage());
              return Future.succeededFuture();
            });
  }
}
