package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.lock.LockGrant;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.log.Prune;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One dream of {@link DuplicateNotesWorker}, under the lock.
 *
 * <ol>
 *   <li>It notes how many curations there are, then reads the notes. Where nothing is to be done,
 *       the lock goes back as it was, and that is all.
 *   <li>The log gets the entry, {@code processing}, with each group's texts: a crash from here on
 *       leaves behind what an undo needs.
 *   <li>The notes are moved; the entry becomes {@code completed}; the state records the dream; the
 *       lock is released.
 *   <li>A failure before {@code completed} moves the notes back, makes the entry {@code error} and
 *       rolls the lock back. After it the dream is done, and the lock's own recovery records it.
 * </ol>
 */
final class DuplicateNotesDream {
  private static final Logger LOG = LoggerFactory.getLogger(DuplicateNotesDream.class);

  private final Dreamkeeper project;
  private final LockGrant grant;
  private final NotesFolder folder;
  private final String notesDir;
  private final LongSupplier clock;

  /** The notes that were moved: from where to where. */
  private final Map<String, String> moved = new LinkedHashMap<>();

  private DreamLogEntry entry;

  DuplicateNotesDream(
      Dreamkeeper project,
      LockGrant grant,
      NotesFolder folder,
      String notesDir,
      LongSupplier clock) {
    this.project = project;
    this.grant = grant;
    this.folder = folder;
    this.notesDir = notesDir;
    this.clock = clock;
  }

  /** Dreams; what goes wrong is logged, and does not fail the future. */
  Future<Void> run() {
    if (grant.reclaimed() != null) {
      say("took the lock over from PID {} ({})", grant.reclaimed().pid(), grant.reclaimed().why());
    }
    return project
        .state()
        .read()
        .compose(state -> folder.read().compose(notes -> dream(notes, state.curationsSinceDream())))
        .recover(this::failed);
  }

  private Future<Void> dream(List<Note> notes, long curationsSeen) {
    List<Duplicates> groups = Duplicates.of(notes);
    if (groups.isEmpty()) {
      return project
          .lock()
          .rollback(grant.token())
          .onSuccess(
              back ->
                  say(
                      "no dream: no two notes of the {} in {} say the same",
                      notes.size(),
                      notesDir))
          .mapEmpty();
    }
    say(
        "a dream begins: {} in {}, {} since the last dream",
        ProjectStory.count(notes.size(), "note"),
        notesDir,
        ProjectStory.count(curationsSeen, "curation"));
    return begin(groups, curationsSeen)
        .compose(begun -> archiveAll(groups))
        .compose(archived -> complete(curationsSeen));
  }

  private Future<Void> begin(List<Duplicates> groups, long curationsSeen) {
    return project
        .log()
        .nextId()
        .compose(
            id -> {
              entry =
                  DreamLogEntry.processing(id, clock.getAsLong(), DreamTrigger.AGENT_IDLE)
                      // Where a crash leaves the lock held, its recovery looks for this.
                      .withField("curationsSeen", curationsSeen);
              groups.forEach(group -> entry = entry.withOperation(merge(group)));
              return project.log().save(entry, grant.token());
            });
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

  private Future<Void> archiveAll(List<Duplicates> groups) {
    Future<Void> archived = Future.succeededFuture();
    for (Duplicates group : groups) {
      for (Note note : group.others()) {
        archived = archived.compose(next -> archive(note, group.kept().path()));
      }
    }
    return archived;
  }

  private Future<Void> archive(Note note, String kept) {
    return folder
        .archive(note)
        .map(
            to -> {
              moved.put(note.path(), to);
              entry =
                  entry.withOperation(
                      new Prune(
                          Prune.Action.ARCHIVE,
                          note.path(),
                          "It says the same as " + kept,
                          false,
                          kept,
                          null,
                          new JsonObject().put("archivedTo", to)));
              say("{} says the same as {}: moved to {}", note.path(), kept, to);
              return null;
            });
  }

  private Future<Void> complete(long curationsSeen) {
    long now = clock.getAsLong();
    DreamLogEntry completed = entry.completed(now);
    return project
        .log()
        .save(completed, grant.token())
        .compose(
            saved -> {
              entry = completed;
              return project
                  .state()
                  .withToken(grant.token())
                  .recordDream(entry.id(), Instant.ofEpochMilli(now), curationsSeen);
            })
        .compose(state -> project.lock().release(grant.token()).map(state))
        .onSuccess(
            state ->
                say(
                    "the dream completed: {} archived, {} so far; dream-log/{}.json has what was"
                        + " done, and the texts",
                    ProjectStory.count(moved.size(), "note"),
                    ProjectStory.count(state.totalDreams(), "dream"),
                    entry.id()))
        .mapEmpty();
  }

  private Future<Void> failed(Throwable failure) {
    String reason = String.valueOf(failure.getMessage());
    if (entry != null && entry.status() == DreamStatus.COMPLETED) {
      warn(
          "{} completed, but could not be recorded yet ({}); who next takes the lock, or the next"
              + " start, does it",
          entry.id(),
          reason);
      return Future.succeededFuture();
    }
    warn("the dream failed: {}", reason);
    return putBack()
        .compose(
            back -> entry == null ? project.log().nextId() : Future.succeededFuture(entry.id()))
        .compose(id -> project.log().save(error(id, reason), grant.token()))
        .recover(unsaved -> unwell("its entry could not be saved", unsaved))
        .compose(saved -> project.lock().rollback(grant.token()))
        .onSuccess(
            back ->
                say(
                    "the lock is free again, {}",
                    moved.isEmpty()
                        ? "and all notes are where they were"
                        : "but some notes stay moved"))
        .recover(held -> unwell("the lock could not be given back", held).map(0L))
        .mapEmpty();
  }

  /** Without operations, as none of them stands, unless a note could not be moved back. */
  private DreamLogEntry error(String id, String reason) {
    DreamLogEntry base =
        entry != null && !moved.isEmpty()
            ? entry
            : DreamLogEntry.processing(
                id,
                entry == null ? clock.getAsLong() : (long) entry.startedAt(),
                DreamTrigger.AGENT_IDLE);
    return base.error(clock.getAsLong(), reason);
  }

  private Future<Void> putBack() {
    Future<Void> back = Future.succeededFuture();
    for (String path : List.copyOf(moved.keySet())) {
      back =
          back.compose(next -> folder.restore(moved.get(path), path))
              .onSuccess(restored -> moved.remove(path))
              .recover(stays -> unwell(moved.get(path) + " could not be moved back", stays));
    }
    return back;
  }

  private Future<Void> unwell(String what, Throwable failure) {
    warn("{}: {}", what, failure.getMessage());
    return Future.succeededFuture();
  }

  private void say(String line, Object... values) {
    LOG.info(project.prefix() + ": " + line, values);
  }

  private void warn(String line, Object... values) {
    LOG.warn(project.prefix() + ": " + line, values);
  }
}
