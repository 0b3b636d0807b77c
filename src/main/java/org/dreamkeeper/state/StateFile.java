package org.dreamkeeper.state;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;
import org.slf4j.Logger;

/**
 * The state's file, and what is remembered of it: memory follows the disk, never the other way
 * round.
 *
 * <p>Each batch begins with one look. An equal stat that was old enough when the content was read
 * means that memory stands; otherwise the content decides. Blocking; used by one thread at a time.
 */
final class StateFile {
  static final String NAME = "dream-state.json";

  private static final Logger LOG = Log.of(StateFile.class);

  /**
   * What the last look found.
   *
   * @param stat of the content; null if there was none to read
   * @param proves whether an equal stat will mean the same content
   * @param content the bytes; null as the stat
   * @param judgement what they are worth
   * @param revision of this state
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by Arrays.equals where it is
  record Known(
      FileStat stat, boolean proves, byte[] content, DecodedState judgement, String revision) {

    /** Tells whether a valid file says what the state is. */
    boolean stored() {
      return content != null && judgement.degraded() == null;
    }

    boolean missing() {
      return content == null && judgement.degraded() == null;
    }
  }

  /** How an attempt to write ended. */
  enum Commit {
    /** Durable. */
    DONE,
    /** Somebody else changed the file since the last look: nothing was written. */
    OVERTAKEN,
    /** The disk said no; the old content stands. */
    FAILED,
    /** The disk said no; the new content may stand. */
    IN_DOUBT
  }

  private final NamedFiles files;
  private final Project project;
  private final Quarantine quarantine;
  private Known known = new Known(null, false, null, DecodedState.MISSING, null);
  private long changes;
  private boolean unsynced;
  private String failure;

  StateFile(NamedFiles files, Project project) {
    this.files = files;
    this.project = project;
    this.quarantine = new Quarantine(files, project);
  }

  /** Makes a revision that was never there before, whatever becomes of the claim's file. */
  String nextRevision() {
    return project.epoch() + "-" + ++changes + "-" + project.instance().split("-", 2)[0];
  }

  /** Looks at the file; never fails. */
  Known refresh() {
    try {
      look();
    } catch (IOException unreadable) {
      String reason = DiskFailure.reason(unreadable);
      DecodedState before = known.judgement();
      if (!DecodedState.UNREADABLE.equals(before.degraded()) || !reason.equals(before.reason())) {
        learn(null, false, null, DecodedState.empty(DecodedState.UNREADABLE, reason));
      }
    }
    return known;
  }

  private void look() throws IOException {
    if (known.proves() && files.stat(NAME).filter(known.stat()::equals).isPresent()) {
      return;
    }
    Optional<NamedFiles.Content> found = files.read(NAME, project.budget().share());
    if (found.isEmpty()) {
      if (known.revision() == null || !known.missing()) {
        learn(null, false, null, DecodedState.MISSING);
      }
      return;
    }
    FileStat read = found.get().stat();
    byte[] content = found.get().bytes();
    checkSize(content);
    boolean proven = found.get().proves();
    if (known.content() != null && Arrays.equals(known.content(), content)) {
      known = new Known(read, proven, known.content(), known.judgement(), known.revision());
    } else {
      learn(read, proven, content, StateCodec.judge(content));
    }
  }

  private void checkSize(byte[] content) throws IOException {
    String excess = project.budget().excess(JsonText.held(content));
    if (excess != null) {
      throw new FileSystemException(NAME, null, excess);
    }
  }

  private void learn(FileStat stat, boolean proves, byte[] content, DecodedState judgement) {
    known = new Known(stat, proves, content, judgement, nextRevision());
    if (judgement.degraded() != null) {
      LOG.warn(
          "{} {} is {}: {}",
          project.address("state"),
          NAME,
          judgement.degraded(),
          judgement.reason());
    }
  }

  /**
   * Tells whether what the file says may be lost with the power, since a sync failed: then no
   * writing request is told that it is done before the file was written once more.
   */
  boolean unsynced() {
    return unsynced && known.stored();
  }

  /**
   * Replaces the file, durably.
   *
   * @param state what it will say
   * @param revision of that state
   * @param careful whether to look again, right before, if the file is still as last seen
   * @return how it ended
   */
  Commit commit(State state, String revision, boolean careful) {
    boolean same =
        state == known.judgement().state() && known.stored() && !JsonText.hasMark(known.content());
    byte[] content = same ? known.content() : state.print();
    Known before = known;
    boolean exposed = false;
    try {
      NamedFiles.Draft draft = files.prepare(NAME, content);
      try {
        quarantine.keep(known);
        if (careful && !unchanged()) {
          files.discard(draft);
          return Commit.OVERTAKEN;
        }
      } catch (Throwable refused) {
        files.discard(draft);
        throw refused;
      }
      exposed = true;
      FileStat stat = files.publish(draft);
      unsynced = true;
      files.syncDirectory();
      unsynced = false;
      known = new Known(stat, false, content, DecodedState.good(state), revision);
      return Commit.DONE;
    } catch (IOException no) {
      failure = NAME + ": " + DiskFailure.reason(no);
      refresh();
      boolean stands = known.revision().equals(before.revision());
      return exposed && !stands ? Commit.IN_DOUBT : Commit.FAILED;
    }
  }

  /** Tells whether the file is what was last seen; where a stat does not prove it, by content. */
  private boolean unchanged() throws IOException {
    if (known.content() == null || known.proves()) {
      return Objects.equals(files.stat(NAME).orElse(null), known.stat());
    }
    return files
        .read(NAME, project.budget().share())
        .filter(now -> now.stat().equals(known.stat()))
        .filter(now -> Arrays.equals(now.bytes(), known.content()))
        .isPresent();
  }

  /** Says why the last attempt failed. */
  String failure() {
    return failure;
  }
}
