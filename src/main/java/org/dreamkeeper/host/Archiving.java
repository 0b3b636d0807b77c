package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.Prune;

/** What a dream does to the notes, as operations of its log entry, and how that is taken back. */
final class Archiving {
  private final NotesFolder folder;

  /** The notes that were moved: from where to where. */
  private final Map<String, String> moved = new LinkedHashMap<>();

  Archiving(NotesFolder folder) {
    this.folder = folder;
  }

  /** How many notes are moved. */
  int size() {
    return moved.size();
  }

  /** What is to be done to a group; it has all texts, so that it can be undone from the log. */
  static Consolidate merge(Duplicates group) {
    Map<String, String> texts = new TreeMap<>();
    texts.put(group.kept().path(), group.kept().text());
    group.others().forEach(note -> texts.put(note.path(), note.text()));
    return new Consolidate(
        Consolidate.Action.MERGE,
        List.copyOf(texts.keySet()),
        group.kept().path(),
        texts,
        false,
        texts.size() + " notes say the same");
  }

  /** Archives a note that says the same as one that is kept. */
  Future<Prune> archive(Note note, Note kept) {
    return folder
        .archive(note)
        .map(
            to -> {
              moved.put(note.path(), to);
              return new Prune(
                  Prune.Action.ARCHIVE,
                  note.path(),
                  "It says the same as " + kept.path(),
                  false,
                  kept.path(),
                  null,
                  new JsonObject().put("archivedTo", to));
            });
  }

  /** Moves all notes back, as far as possible; gives what could not be, each with the reason. */
  Future<List<String>> putBack() {
    List<String> stay = new ArrayList<>();
    Future<Void> back = Future.succeededFuture();
    for (Map.Entry<String, String> each : List.copyOf(moved.entrySet())) {
      back =
          back.compose(next -> folder.restore(each.getValue(), each.getKey()))
              .transform(
                  end -> {
                    if (end.failed()) {
                      stay.add(each.getValue() + ": " + end.cause().getMessage());
                    } else {
                      moved.remove(each.getKey());
                    }
                    return Future.succeededFuture();
                  });
    }
    return back.map(stay);
  }
}
