package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.BlockingExecutor;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.VersionReader.Content;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredState;
import org.dreamkeeper.store.StoredState.Damaged;
import org.dreamkeeper.store.StoredState.Document;
import org.dreamkeeper.store.StoredState.Missing;
import org.dreamkeeper.store.StoredState.Unreadable;

/**
 * The state in its file. Memory follows the disk: each transaction begins with one look. An equal
 * stat that was old enough when the content was read means that memory stands; otherwise the
 * content decides.
 */
final class FileStateStore implements StateStore {
  static final String NAME = "dream-state.json";

  /** Against a foreign process that writes all the time; the last try writes all the same. */
  private static final int MAX_TRIES = 5;

  /** What the last look found; the content is null where there was none to read. */
  private record Seen(StoredState state, Content content) {}

  private final NamedFiles files;
  private final BlockingExecutor blocking;
  private final Budget budget;
  private final Quarantine quarantine;
  private final EventFiles events;
  private Seen seen = new Seen(new Missing(), null);

  FileStateStore(
      NamedFiles files,
      BlockingExecutor blocking,
      Budget budget,
      Quarantine quarantine,
      EventFiles events) {
    this.files = files;
    this.blocking = blocking;
    this.budget = budget;
    this.quarantine = quarantine;
    this.events = events;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public <R> Future<R> transact(Function<StoredState, StateChange<R>> decide) {
    return blocking.run(() -> decideAndCommit(decide));
  }

  private synchronized <R> R decideAndCommit(Function<StoredState, StateChange<R>> decide) {
    for (int tries = 1; ; tries++) {
      look();
      StateChange<R> change = decide.apply(seen.state());
      if (change.next() == null || commit(change, tries < MAX_TRIES)) {
        return change.result();
      }
    }
  }

  private void look() {
    try {
      Content before = seen.content();
      if (before != null && before.proves() && files.unchanged(NAME, before)) {
        return;
      }
      Optional<Content> found = files.read(NAME, budget.share());
      if (found.isPresent()) {
        learn(found.get());
      } else if (!(seen.state() instanceof Missing)) {
        seen = new Seen(new Missing(), null);
      }
    } catch (IOException failure) {
      cannotRead(DiskFailure.reason(failure));
    }
  }

  private void learn(Content found) {
    String excess = budget.excess(JsonText.held(found.bytes()));
    if (excess != null) {
      cannotRead(excess);
    } else if (seen.content() != null && Arrays.equals(seen.content().bytes(), found.bytes())) {
      seen = new Seen(seen.state(), found);
    } else {
      seen = new Seen(parse(found.bytes()), found);
    }
  }

  private void cannotRead(String reason) {
    if (!(seen.state() instanceof Unreadable before && before.reason().equals(reason))) {
      seen = new Seen(new Unreadable(reason), null);
    }
  }

  private static StoredState parse(byte[] text) {
    Optional<JsonObject> json = JsonText.parseObject(text);
    if (json.isEmpty()) {
      return new Damaged(null, "it is no JSON object");
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return new Document(json.get());
    } catch (CharacterCodingException malformed) {
      return new Damaged(json.get(), "it is not valid UTF-8");
    }
  }

  /** Tells whether it was committed; if not, somebody else has changed the file since the look. */
  private boolean commit(StateChange<?> change, boolean careful) {
    Seen before = seen;
    if (before.state() instanceof Unreadable obstacle) {
      throw new StoreException(NAME + ": " + obstacle.reason(), false);
    }
    boolean exposed = false;
    try {
      byte[] text = text(change.next());
      NamedFiles.Draft draft = files.prepare(NAME, text);
      try {
        if (change.setAside() != null && before.content() != null) {
          quarantine.keep(before.state(), before.content().bytes(), change.setAside());
        }
        if (careful && !files.unchanged(NAME, before.content())) {
          return false;
        }
        exposed = true;
      } finally {
        if (!exposed) {
          files.discard(draft);
        }
      }
      FileStat stat = files.publish(draft);
      files.syncDirectory();
      seen = new Seen(change.next(), new Content(text, stat, false));
      events.keep(change.carried().events());
      return true;
    } catch (IOException no) {
      look();
      boolean inDoubt = exposed && seen.state() != before.state();
      StoreException refusal = DiskFailure.refusal(NAME + ": ", no);
      throw inDoubt ? new StoreException(refusal.getMessage(), true) : refusal;
    }
  }

  /** Prints a document; the one that stands is left as it is, but for a byte order mark. */
  private byte[] text(Document next) {
    boolean same = next == seen.state() && !JsonText.hasMark(seen.content().bytes());
    return same ? seen.content().bytes() : JsonText.print(next.json());
  }
}
