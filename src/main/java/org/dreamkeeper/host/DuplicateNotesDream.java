package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.bus.impl.AsyncLoop;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.RunResult.Completed;
import org.dreamkeeper.run.RunResult.Failed;
import org.dreamkeeper.run.RunResult.Lost;
import org.dreamkeeper.run.RunResult.Partial;
import org.dreamkeeper.run.RunResult.Skipped;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One dream of {@link DuplicateNotesWorker}.
 *
 * <ol>
 *   <li>It looks at the notes first: where nothing is to be done, there is no dream.
 *   <li>Each group's texts are recorded before one of its notes is moved: a crash from there on
 *       leaves behind what is needed to put it right.
 *   <li>Where a move fails, the notes go back. Where the dream has ended otherwise they stay: they
 *       are no longer this dream's to move, and the log has what was done.
 * </ol>
 */
final class DuplicateNotesDream {
  private static final Logger LOG = Log.of(DuplicateNotesDream.class);

  private final Dreamkeeper project;
  private final NotesFolder folder;
  private final String notesDir;

  /** The notes that were moved: from where to where. */
  private final Map<String, String> moved = new LinkedHashMap<>();

  private DreamRun running;

  DuplicateNotesDream(Dreamkeeper project, NotesFolder folder, String notesDir) {
    this.project = project;
    this.folder = folder;
    this.notesDir = notesDir;
  }

  /** Dreams; what goes wrong is logged, and does not fail the future. */
  Future<Void> run(RunOptions options) {
    return folder
        .read()
        .map(notes -> Duplicates.of(notes).isEmpty() ? notes.size() : null)
        // What cannot be read fails the dream, and so gets into the log.
        .otherwise((Integer) null)
        .compose(
            none -> {
              if (none != null) {
                say("no dream: no two notes of the {} in {} say the same", none, notesDir);
                return Future.succeededFuture();
              }
              return project.run(options, this::dream).map(this::told);
            });
  }

  private Future<Void> dream(DreamRun run) {
    running = run;
    return folder
        .read()
        .compose(
            notes -> {
              say(
                  "a dream begins: {} in {}, {} since the last dream",
                  ProjectStory.count(notes.size(), "note"),
                  notesDir,
                  ProjectStory.count(run.state().curationsSinceDream(), "curation"));
              return AsyncLoop.forEach(Duplicates.of(notes), group -> archiveAll(run, group));
            })
        .recover(
            failure ->
                run.ended().isComplete()
                    ? Future.failedFuture(failure)
                    : putBack().transform(back -> Future.failedFuture(failure)));
  }

  private Future<Void> archiveAll(DreamRun run, Duplicates group) {
    return run.record(merge(group))
        .compose(
            recorded ->
                AsyncLoop.forEach(group.others(), note -> archive(run, note, group.kept().path())));
  }

  private static Consolidate merge(Duplicates group) {
    Map<String, String> texts = new TreeMap<>();
    texts.put(group.kept().path(), group.kept().text());
    group.others().forEach(note -> texts.put(note.path(), note.text()));
    return new Consolidate(
        Consolidate.Action.MERGE,
        List.copyOf(texts.keySet()),
        group.kept().path(),
        texts,
        false,
        group.size() + " notes say the same");
  }

  private Future<Void> archive(DreamRun run, Note note, String kept) {
    return run.ended().isComplete()
        ? Future.failedFuture("the dream has ended")
        : folder.archive(note).compose(to -> archived(run, note.path(), kept, to));
  }

  private Future<Void> archived(DreamRun run, String path, String kept, String to) {
    moved.put(path, to);
    say("{} says the same as {}: moved to {}", path, kept, to);
    return run.record(
        new Prune(
            Prune.Action.ARCHIVE,
            path,
            "It says the same as " + kept,
            false,
            kept,
            null,
            new JsonObject().put(DuplicateNotesUndo.ARCHIVED_TO, to)));
  }

  private Future<Void> putBack() {
    return AsyncLoop.forEach(List.copyOf(moved.keySet()), this::putBack);
  }

  private Future<Void> putBack(String path) {
    return folder
        .restore(moved.get(path), path)
        .onSuccess(restored -> moved.remove(path))
        .recover(
            stays -> {
              warn("{} could not be moved back: {}", moved.get(path), stays.getMessage());
              return Future.succeededFuture();
            });
  }

  private Void told(RunResult<Void> result) {
    if (result instanceof Completed<Void> completed) {
      say(
          "the dream completed: {} archived; dream-log/{}.json has what was done, and the texts;"
              + " the config \"undo\": \"{}\" takes it back",
          ProjectStory.count(moved.size(), "note"),
          completed.entry().id(),
          completed.entry().id());
    } else if (result instanceof Partial<Void> partial) {
      warn("the dream {} was cut short: {}", partial.entry().id(), partial.reason());
    } else if (result instanceof Failed<Void> failed) {
      warn(
          "the dream failed: {}; {}",
          failed.cause().getMessage(),
          moved.isEmpty() ? "all notes are where they were" : "some notes stay moved");
    } else if (result instanceof Skipped<Void> skipped) {
      say("no dream now: {}", skipped.gate().reason());
    } else if (result instanceof Lost<Void> lost) {
      warn("the dream {} lost the lock: {}", lost.id(), lost.reason());
    }
    return null;
  }

  private void say(String line, Object... values) {
    tell(LOG.atInfo(), line, values);
  }

  private void warn(String line, Object... values) {
    tell(LOG.atWarn(), line, values);
  }

  private void tell(LoggingEventBuilder to, String line, Object... values) {
    String id = running == null ? null : running.id();
    Long token = running == null ? null : running.token();
    LogKeys.dream(to, id, token).log(project.prefix() + ": " + line, values);
  }
}
