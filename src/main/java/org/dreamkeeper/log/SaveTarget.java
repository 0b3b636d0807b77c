package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.CanonicalJson;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;

/** One entry in a group commit, and all who want to save it: the last one's content is written. */
final class SaveTarget {
  private static final String LOCK_TOKEN = "lockToken";

  private final String id;
  private final List<Request> asked = new ArrayList<>(1);
  private final List<Request> accepted = new ArrayList<>(1);
  private JsonObject entry;
  private NamedFiles.Draft draft;
  private boolean becomesUndone;

  SaveTarget(String id) {
    this.id = id;
  }

  void add(Request request) {
    asked.add(request);
  }

  /**
   * Makes sure that a crash between writing the entry anew and removing its journal adds nothing to
   * it: what has fewer operations than were appended replaces an entry that is whole.
   */
  void takeIn(LogJournals journals, EntryRewrite rewrite) {
    try {
      int fewest = asked.stream().mapToInt(SaveTarget::operations).min().orElse(0);
      Optional<LogJournals.Tail> tail = journals.tail(id);
      int count =
          tail.isPresent() ? tail.get().count() : journals.read(id).map(Journal::count).orElse(0);
      if (fewest < count) {
        rewrite.fold(id);
      }
    } catch (IOException | RuntimeException failure) {
      refuse(failure);
    }
  }

  private static int operations(Request request) {
    return request.body().getJsonArray("operations").size();
  }

  /** Decides on each request in order, and writes the outcome beside its place. Any thread may. */
  void prepare(LogDirectory directory, Fence fence) {
    try {
      for (Request request : asked) {
        if (admitted(request, fence)) {
          accepted.add(request);
        }
      }
      if (!accepted.isEmpty()) {
        Optional<JsonObject> old = old(directory);
        entry = ordered(old, stamped(token(old)));
        byte[] text = JsonText.print(entry);
        String flaw = directory.flaw(text);
        if (flaw != null) {
          throw new DreamkeeperException(FailureCode.TOO_LARGE, LogId.file(id) + ": " + flaw);
        }
        draft = directory.files().prepare(LogId.file(id), text);
      }
    } catch (Throwable failure) {
      refuse(failure);
    }
  }

  private static boolean admitted(Request request, Fence fence) {
    try {
      fence.check(request);
      return true;
    } catch (DreamkeeperException superseded) {
      request.fail(superseded);
      return false;
    }
  }

  /** Gives what is replaced; empty also if it is no entry, or need not be known and cannot be. */
  private Optional<JsonObject> old(LogDirectory directory) throws IOException {
    try {
      Optional<FileStat> stat = directory.files().stat(LogId.file(id));
      return stat.isPresent() && directory.flaw(stat.get()) == null
          ? directory
              .read(id)
              .filter(content -> directory.flaw(content.bytes()) == null)
              .flatMap(content -> JsonText.parseObject(content.bytes()))
          : Optional.empty();
    } catch (IOException unread) {
      if (accepted.stream().allMatch(request -> request.token() == null)) {
        // It may carry a token, which must not be lost.
        throw unread;
      }
      return Optional.empty();
    }
  }

  /** Gives the last one's token; the old one's where nobody has any. */
  private Long token(Optional<JsonObject> old) {
    Long token = old.map(entry -> LogRow.token(entry.getValue(LOCK_TOKEN))).orElse(null);
    for (Request request : accepted) {
      token = request.token() == null ? token : request.token();
    }
    return token;
  }

  private JsonObject stamped(Long token) {
    JsonObject body = accepted.get(accepted.size() - 1).body();
    if (token == null) {
      body.remove(LOCK_TOKEN);
      return body;
    }
    return body.put(LOCK_TOKEN, token);
  }

  /** Keeps the order of the keys: other hands, such as typed clients, have one of their own. */
  private static JsonObject ordered(Optional<JsonObject> old, JsonObject entry) {
    return old.isEmpty() ? entry : new JsonObject(order(CanonicalJson.object(old.get()), entry));
  }

  @SuppressWarnings("unchecked") // it equals the entry
  private static Map<String, Object> order(Map<String, Object> old, JsonObject entry) {
    return (Map<String, Object>) CanonicalJson.ordered(old, CanonicalJson.object(entry));
  }

  /** Tells whether there is something to publish. */
  boolean ready() {
    return draft != null;
  }

  /**
   * Gives the draft its name; durable after the directory's next sync.
   *
   * @return whether it has it; if not, that is answered
   */
  boolean publish(LogDirectory directory) {
    FileStat stat;
    try {
      stat = directory.publish(id, draft);
    } catch (Throwable failure) {
      refuse(failure);
      return false;
    }
    try {
      LogRow before = directory.index().get(id);
      becomesUndone =
          DreamStatus.UNDONE.json().equals(entry.getString("status"))
              && before != null
              && before.status() != DreamStatus.UNDONE;
      directory.adopt(LogRow.of(id, entry::getValue, stat, false, true));
      return true;
    } catch (Throwable failure) {
      refuseInDoubt(failure);
      return false;
    }
  }

  String id() {
    return id;
  }

  /** What is told of it once it is durable. */
  JsonObject saved() {
    JsonObject saved = new JsonObject().put("id", id).put("status", entry.getString("status"));
    return entry.containsKey(LOCK_TOKEN) ? saved.put("token", entry.getLong(LOCK_TOKEN)) : saved;
  }

  /** What is told of a dream that was not undone before; empty if it is none. */
  Optional<JsonObject> undone() {
    if (!becomesUndone) {
      return Optional.empty();
    }
    JsonArray operations = new JsonArray();
    for (int i = 0; i < entry.getJsonArray("operations").size(); i++) {
      operations.add(i);
    }
    JsonObject undone = new JsonObject().put("id", id).put("operations", operations);
    return Optional.of(
        entry.containsKey(LOCK_TOKEN) ? undone.put("token", entry.getLong(LOCK_TOKEN)) : undone);
  }

  /** Counts those who are owed an answer. */
  List<Request> accepted() {
    return accepted;
  }

  /** Answers all with a failure; nothing was changed. */
  void refuse(Throwable failure) {
    DreamkeeperException refusal = refusal(failure);
    asked.forEach(request -> request.fail(refusal));
    asked.clear();
  }

  /** Answers all with a failure; the change may stand. */
  void refuseInDoubt(Throwable failure) {
    DreamkeeperException refusal = refusal(failure);
    accepted.forEach(request -> request.failInDoubt(refusal));
  }

  private DreamkeeperException refusal(Throwable failure) {
    return DiskTrouble.refusal(LogDirectory.NAME + "/" + LogId.file(id), failure);
  }
}
