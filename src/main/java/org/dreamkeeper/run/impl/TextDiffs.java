package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.texts.Found;
import org.dreamkeeper.texts.TextDiff;
import org.dreamkeeper.texts.TextFolder;
import org.dreamkeeper.texts.Texts;

/**
 * What one operation changed, file by file: from what it found to what it left, where a later
 * operation has kept that; else to what is there now.
 */
record TextDiffs(DreamLogEntry entry, int operation, Texts texts) {

  /** Answers a request that is as its schema says. */
  static Future<JsonObject> of(Clients clients, JsonObject request) {
    int operation = request.getInteger("operation");
    return clients
        .folder()
        .compose(
            folder ->
                clients
                    .entry(request.getString("id"))
                    .compose(entry -> tell(folder, entry, operation)));
  }

  private static Future<JsonObject> tell(TextFolder folder, DreamLogEntry entry, int operation) {
    int count = entry.operations().size();
    return operation < count
        ? folder.with(texts -> new TextDiffs(entry, operation, texts).tell())
        : Clients.refused(
            "/operation: %d, expected 0 to %d, as %s has %d operations"
                .formatted(operation, count - 1, entry.id(), count));
  }

  private JsonObject tell() {
    JsonArray files = new JsonArray();
    FileChange.of(
            entry.operations().get(operation),
            path -> texts.lookAtAny(path).file() ? texts.stub(path) : null)
        .forEach(change -> files.add(file(change)));
    return new JsonObject().put("id", entry.id()).put("operation", operation).put("files", files);
  }

  private JsonObject file(FileChange change) {
    Found here = texts.lookAtAny(change.path());
    JsonObject file = JsonObject.of("path", change.path(), "state", state(change, here));
    JsonFields.put(file, "movedTo", change.from());
    String before = change.from() == null ? change.text() : text(change.from());
    boolean wasNothing = change.before() != null && change.before().nothing();
    if (before == null && !wasNothing) {
      return file.put("reason", "its text was not recorded");
    }
    String after = left(change);
    if (after == null && here.reason() != null) {
      return file.put("reason", here.reason());
    }
    String now = after == null ? text(change.path()) : after;
    return file.mergeIn(TextDiff.of(before == null ? "" : before, now == null ? "" : now));
  }

  private static String state(FileChange change, Found here) {
    if (change.after() == null) {
      return "unknown";
    }
    if (here.same(change.after())) {
      return "unchanged";
    }
    return here.nothing() ? "gone" : "changed";
  }

  /** Gives the text that the next operation found there; or null. */
  private String left(FileChange change) {
    return entry.operations().stream()
        .skip(operation + 1L)
        .map(later -> later.previousTexts().map(all -> all.get(change.path())).orElse(null))
        .filter(text -> text != null)
        .findFirst()
        .orElse(null);
  }

  /** Gives a text that is there now; null if there is none, or it is no text. */
  private String text(String path) {
    try {
      return texts.read(path).orElse(null);
    } catch (DreamkeeperException none) {
      return null;
    }
  }
}
