package org.dreamkeeper.host;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
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
  private final long token;
  private final NotesFolder folder;
  private final Archiving archiving;
  private final String notesDir;
  private final LongSupplier clock;

  private DreamLogEntry entry;

  DuplicateNotesDream(
      Dreamkeeper project, long token, NotesFolder folder, String notesDir, LongSupplier clock) {
    this.project = project;
    this.token = token;
    this.folder = folder;
    this.archiving = new Archiving(folder);
    this.notesDir = notesDir;
    this.clock = clock;
  }

  /** Dreams; what goes wrong is logged, and does not fail the future. */
  Future<Void> run() {
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
          .rollback(token)
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
              groups.forEach(group -> entry = entry.withOperation(Archiving.merge(group)));
              return project.log().save(entry, token);
            });
  }

  private Future<Void> archiveAll(List<Duplicates> groups) {
    Future<Void> archived = Future.succeededFuture();
    for (Duplicates group : groups) {
      for (Note note : group.others()) {
        archived = archived.compose(next -> archive(note, group.kept()));
      }
    }
    return archived;
  }

  private Future<Void> archive(Note note, Note kept) {
    return archiving
        .archive(note, kept)
        .map(
            done -> {
              entry = entry.withOperation(done);
              String to = done.more().getString("archivedTo");
              say("{} says the same as {}: moved to {}", note.path(), kept.path(), to);
              return null;
            });
  }

  private Future<Void> complete(long curationsSeen) {
    long now = clock.getAsLong();
    DreamLogEntry completed = entry.completed(now);
    return project
        .log()
        .save(completed, token)
        .compose(
            saved -> {
              entry = completed;
              return project
                  .state()
                  .withToken(token)
                  .recordDream(entry.id(), Instant.ofEpochMilli(now), curationsSeen);
            })
        .compose(state -> project.lock().release(token).map(state))
        .onSuccess(
            state ->
                say(
                    "the dream completed: {} archived, {} so far; dream-log/{}.json has what was"
                        + " done, and the texts",
                    ProjectStory.count(archiving.size(), "note"),
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
    return archiving
        .putBack()
        .onSuccess(stay -> stay.forEach(each -> warn("a note could not be put back: {}", each)))
        .compose(
            back -> entry == null ? project.log().nextId() : Future.succeededFuture(entry.id()))
        .compose(id -> project.log().save(error(id, reason), token))
        .recover(unsaved -> unwell("its entry could not be saved", unsaved))
        .compose(saved -> project.lock().rollback(token))
        .<Void>mapEmpty()
        .onSuccess(back -> say("the lock is free again, {}", whereTheNotesAre()))
        .recover(held -> unwell("the lock could not be given back", held));
  }

  private String whereTheNotesAre() {
    return archiving.size() == 0
        ? "and all notes are where they were"
        : "but some notes stay in the archive; the entry has their texts";
  }

  /** Without operations, as none of them stands, unless a note could not be moved back. */
  private DreamLogEntry error(String id, String reason) {
    DreamLogEntry base =
        entry != null && archiving.size() > 0
            ? entry
            : DreamLogEntry.processing(
                id,
                entry == null ? clock.getAsLong() : (long) entry.startedAt(),
                DreamTrigger.AGENT_IDLE);
    return base.error(clock.getAsLong(), reason);
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
