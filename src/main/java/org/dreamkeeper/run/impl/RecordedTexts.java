package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.dreamkeeper.texts.Found;
import org.dreamkeeper.texts.TextFolder;
import org.dreamkeeper.texts.Texts;
import org.slf4j.Logger;

/**
 * What is filled into a dream's operations where the folder of the texts is known.
 *
 * <ol>
 *   <li>When one is recorded, the texts that it will change, unless it names its results itself:
 *       then whoever made it knows what it changes.
 *   <li>When the dream ends, the results of those that name none; what comes after that is somebody
 *       else's.
 *   <li>Then, too, what is not as it was announced: the entry's field {@code unexpected}.
 * </ol>
 */
final class RecordedTexts {
  private static final Logger LOG = Log.of(RecordedTexts.class);

  /** The files that were not as announced when the dream ended: their hashes, or null. */
  private static final String UNEXPECTED = "unexpected";

  private RecordedTexts() {}

  static Future<DreamOperation> before(TextFolder folder, DreamOperation operation) {
    Set<String> paths = changed(operation);
    return folder == null || paths.isEmpty() || operation.results().isPresent()
        ? Future.succeededFuture(operation)
        : folder.inTime(texts -> before(texts, operation, paths));
  }

  private static DreamOperation before(Texts texts, DreamOperation operation, Set<String> paths) {
    Map<String, String> previous = new LinkedHashMap<>(operation.previousTexts().orElse(Map.of()));
    for (String path : paths) {
      if (!previous.containsKey(path)) {
        texts.read(path).ifPresent(text -> previous.put(path, text));
      }
    }
    return operation.withPreviousTexts(previous);
  }

  /** Names the files that an operation may change, if it says nothing else. */
  private static Set<String> changed(DreamOperation operation) {
    Set<String> paths = new LinkedHashSet<>();
    if (operation instanceof Consolidate merge) {
      paths.addAll(merge.inputFiles());
      merge.outputFile().ifPresent(paths::add);
    } else if (operation instanceof Synthesize synthesis) {
      paths.add(synthesis.outputFile());
    } else if (operation instanceof Prune prune
        && prune.action() == Prune.Action.ARCHIVE
        && prune.archivedTo().isEmpty()) {
      paths.add(prune.file());
    }
    return paths;
  }

  /** Looks what the dream has left; where that cannot be seen, the entry stays as it is. */
  static Future<DreamLogEntry> after(TextFolder folder, DreamLogEntry entry) {
    return folder == null || entry.operations().isEmpty()
        ? Future.succeededFuture(entry)
        : folder
            .inTime(texts -> new Left(texts).of(entry))
            .otherwise(
                failure -> {
                  LOG.warn(
                      "{}: what it has left is not known: {}", entry.id(), failure.getMessage());
                  return entry;
                });
  }

  /** From the last operation to the first: what one found is what the one before it left. */
  private static final class Left {
    private final Texts texts;
    private final Map<String, Found> left = new HashMap<>();
    private final JsonObject unexpected = new JsonObject();

    private Left(Texts texts) {
      this.texts = texts;
    }

    private DreamLogEntry of(DreamLogEntry entry) {
      List<DreamOperation> operations = new ArrayList<>(entry.operations());
      for (int i = operations.size() - 1; i >= 0; i--) {
        operations.set(i, of(operations.get(i)));
      }
      DreamLogEntry all =
          entry.operations().equals(operations)
              ? entry
              : entry.withOperations(operations).withSummary(entry.summary());
      return unexpected.isEmpty() ? all : all.withField(UNEXPECTED, unexpected);
    }

    private DreamOperation of(DreamOperation operation) {
      Map<String, Optional<String>> results = new LinkedHashMap<>();
      operation.results().ifPresentOrElse(this::compare, () -> look(operation, results));
      FileChange.of(operation, path -> null).forEach(this::before);
      return results.isEmpty() ? operation : operation.withResults(results);
    }

    private Found found(String path) {
      return left.computeIfAbsent(path, texts::look);
    }

    private void compare(Map<String, Optional<String>> announced) {
      announced.forEach(
          (path, hash) -> {
            Found found = found(path);
            if (!found.same(Found.ofHash(hash.orElse(null)))) {
              unexpected.put(path, found.hash().orElse(null));
            }
          });
    }

    private void look(DreamOperation operation, Map<String, Optional<String>> results) {
      for (FileChange change : FileChange.of(operation, path -> null)) {
        Stream.of(change.path(), change.from())
            .filter(Objects::nonNull)
            .filter(path -> found(path).reason() == null)
            .forEach(path -> results.put(path, found(path).hash()));
      }
    }

    private void before(FileChange change) {
      if (change.before() != null) {
        left.put(change.path(), change.before());
      }
      if (change.from() != null) {
        left.put(change.from(), Found.NOTHING);
      }
    }
  }
}
