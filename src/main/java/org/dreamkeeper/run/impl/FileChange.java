package org.dreamkeeper.run.impl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.dreamkeeper.texts.ArchiveStub;
import org.dreamkeeper.texts.Found;

/**
 * What an operation did to one file, as far as it tells.
 *
 * @param before what was there; null if that is not known
 * @param text what was in it, if it was a text that was recorded
 * @param from where the file is since it was moved; else null
 * @param after what the operation left; null if that is not known
 */
record FileChange(String path, Found before, String text, String from, Found after) {

  /** Lists what an operation did, in order; stubs are looked at for what the reference archived. */
  static List<FileChange> of(DreamOperation operation, Function<String, ArchiveStub> stubs) {
    return new Reader(operation, stubs).read();
  }

  /** Tells whether it is known to be as it was. */
  private boolean changes() {
    return from != null || before == null || after == null || !before.same(after);
  }

  private static final class Reader {
    private final DreamOperation operation;
    private final Function<String, ArchiveStub> stubs;
    private final Map<String, String> texts;
    private final Map<String, Optional<String>> results;
    private final Map<String, FileChange> changes = new LinkedHashMap<>();

    Reader(DreamOperation operation, Function<String, ArchiveStub> stubs) {
      this.operation = operation;
      this.stubs = stubs;
      this.texts = operation.previousTexts().orElse(Map.of());
      this.results = operation.results().orElse(Map.of());
    }

    List<FileChange> read() {
      if (operation instanceof Prune prune) {
        pruned(prune);
      }
      texts.forEach((path, text) -> add(path, Found.of(text), text));
      results.forEach((path, hash) -> add(path, hash.isEmpty() ? null : Found.NOTHING, null));
      boolean told = operation.results().isPresent();
      if (operation instanceof Consolidate merge && !told) {
        if (texts.isEmpty()) {
          merge.inputFiles().forEach(path -> add(path, null, null));
        }
        merge
            .outputFile()
            .ifPresent(path -> add(path, texts.isEmpty() ? null : Found.NOTHING, null));
      } else if (operation instanceof Synthesize synthesis && !told) {
        boolean created = synthesis.action() == Synthesize.Action.CREATE;
        add(synthesis.outputFile(), created ? Found.NOTHING : null, null);
      }
      return changes.values().stream().filter(FileChange::changes).toList();
    }

    private void pruned(Prune prune) {
      if (prune.action() != Prune.Action.ARCHIVE) {
        return;
      }
      String from = prune.archivedTo().orElse(null);
      if (from == null && !texts.containsKey(prune.file())) {
        ArchiveStub stub = prune.stubPath().map(stubs).orElse(null);
        from = stub != null && stub.originalPath().equals(prune.file()) ? stub.pointsTo() : null;
      }
      if (from != null) {
        Found moved = after(from);
        changes.put(prune.file(), new FileChange(prune.file(), moved, null, from, Found.NOTHING));
      } else if (!texts.containsKey(prune.file())) {
        changes.put(prune.file(), new FileChange(prune.file(), null, null, null, Found.NOTHING));
      }
      prune.stubPath().ifPresent(path -> add(path, Found.NOTHING, null));
    }

    private void add(String path, Found before, String text) {
      boolean moved = changes.values().stream().anyMatch(each -> path.equals(each.from()));
      if (!moved) {
        changes.putIfAbsent(path, new FileChange(path, before, text, null, after(path)));
      }
    }

    private Found after(String path) {
      Optional<String> hash = results.get(path);
      return hash == null ? null : Found.ofHash(hash.orElse(null));
    }
  }
}
