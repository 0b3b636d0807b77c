package org.dreamkeeper.file;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.StoredEntry;

/**
 * Puts entries into their files: each is complete beside its place before it gets its name, and
 * durable after the next sync of the directory. Blocks; {@link #prepare} may run on two threads at
 * once.
 */
record EntryWriter(
    NamedFiles files,
    EntryFiles entries,
    EntryReader reader,
    Journals journals,
    EventFiles events) {
  private static final int TRIES = 3;

  /** A put that is under way. */
  static final class Pending {
    final String id;
    private final Put put;
    private byte[] text;
    private JsonObject next;
    private NamedFiles.Draft draft;

    /** What stands there, as far as is known. */
    StoredEntry now;

    boolean written;
    Throwable failure;

    Pending(Put put) {
      this.id = put.id();
      this.put = put;
    }
  }

  /** Keeps what is told of what was written, and of what was removed; gives that. */
  List<JsonObject> keep(List<Pending> all, Removal removal, List<String> removed) {
    List<JsonObject> told = new ArrayList<>();
    for (Pending each : all) {
      if (each.written && each.failure == null) {
        told.addAll(each.put.carry().apply(each.next).events());
      }
    }
    if (!removed.isEmpty()) {
      told.addAll(removal.carry().apply(removed).events());
    }
    events.keep(told);
    return told;
  }

  /** Decides, and writes the outcome beside its place. */
  void prepare(Pending it) {
    try {
      it.draft = null;
      it.now = reader.now(it.id);
      it.next = it.put.decide().apply(it.now);
      if (it.next == null) {
        return;
      }
      it.text = JsonText.print(it.next);
      String excess = reader.excess(JsonText.held(it.text));
      if (excess != null) {
        String name = EntryReader.name(it.id);
        throw new DreamkeeperException(FailureCode.TOO_LARGE, name + ": " + excess);
      }
      if (journals.has(it.id) && operations(it.next) < operations(it.now)) {
        // After a crash between the two, the journal would add to what is whole without it.
        fold(it.id);
      }
      it.draft = files.prepare(EntryReader.name(it.id), it.text);
    } catch (Throwable no) {
      it.failure = no;
    }
  }

  /** Of what is no entry, nobody knows. */
  private static int operations(StoredEntry entry) {
    return entry == null || entry.json() == null ? Integer.MAX_VALUE : operations(entry.json());
  }

  static int operations(JsonObject entry) {
    return entry.getValue("operations") instanceof JsonArray operations ? operations.size() : 0;
  }

  /** Gives the outcome its name; tells whether there is one, and it has it. */
  boolean publish(Pending it) {
    try {
      for (int tries = 1; it.draft != null && it.put.exact() && !stands(it); tries++) {
        files.discard(it.draft);
        if (tries == TRIES) {
          throw new IOException("changes faster than it can be replaced");
        }
        prepare(it);
      }
      if (it.draft != null) {
        FileStat stat = files.publish(it.draft);
        it.now = EntryReader.entry(it.id, stat, false, it.text, it.next);
        it.written = true;
      }
    } catch (Throwable no) {
      it.failure = no;
    }
    return it.written;
  }

  private boolean stands(Pending it) {
    StoredEntry now = reader.now(it.id);
    if (now == null || it.now == null) {
      return now == null && it.now == null;
    }
    return now.version().stamp().equals(it.now.version().stamp())
        && Objects.equals(now.json(), it.now.json());
  }

  /**
   * Writes an entry whole, with all that was appended to it, durably, and removes its journal.
   *
   * @throws IOException if the journal stays; nothing of it is lost
   */
  void fold(String id) throws IOException {
    Pending whole =
        new Pending(
            new Put(id, true, now -> now == null ? null : now.json(), next -> Carried.NONE));
    prepare(whole);
    publish(whole);
    if (whole.failure != null || (whole.now != null && whole.now.unread())) {
      throw new IOException("it cannot be written whole", whole.failure);
    }
    if (whole.written) {
      entries.sync();
    }
    journals.drop(id);
    entries.wrote();
  }
}
