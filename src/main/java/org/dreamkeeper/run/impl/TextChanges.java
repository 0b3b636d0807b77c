package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.DreamTexts;
import org.dreamkeeper.texts.Found;
import org.dreamkeeper.texts.TextFolder;
import org.dreamkeeper.texts.Texts;

/** One operation's changes: described, recorded, and only then done. */
final class TextChanges implements DreamTexts {
  /** One change; of a move, both places are set, and no text; of a deletion, neither. */
  private record Change(String path, String to, String text) {}

  /** What was found before anything was done, and the operation that says so. */
  private record Described(DreamOperation operation, List<Found> before) {}

  private final OwnContext own;
  private final TextFolder folder;
  private final RunningDream<?> run;
  private final List<Change> changes = new ArrayList<>();
  private final Set<String> paths = new HashSet<>();

  TextChanges(OwnContext own, TextFolder folder, RunningDream<?> run) {
    this.own = own;
    this.folder = folder;
    this.run = run;
  }

  @Override
  public Future<Optional<String>> read(String path) {
    Objects.requireNonNull(path, "path is null");
    return callers(folder.with(texts -> texts.read(path)));
  }

  @Override
  public DreamTexts write(String path, String text) {
    return add(path, null, Objects.requireNonNull(text, "text is null"));
  }

  @Override
  public DreamTexts move(String from, String to) {
    return add(from, Objects.requireNonNull(to, "to is null"), null);
  }

  @Override
  public DreamTexts delete(String path) {
    return add(path, null, null);
  }

  private DreamTexts add(String path, String to, String text) {
    Objects.requireNonNull(path, "path is null");
    if (!paths.add(path) || (to != null && !paths.add(to))) {
      throw new IllegalArgumentException(
          "path is " + path + ", expected one that this operation does not change already");
    }
    changes.add(new Change(path, to, text));
    return this;
  }

  @Override
  public Future<Void> record(DreamOperation operation) {
    Objects.requireNonNull(operation, "operation is null");
    List<Change> all = List.copyOf(changes);
    return callers(
        folder
            .with(texts -> describe(texts, operation, all))
            .compose(
                described ->
                    run.recorded(described.operation())
                        .compose(
                            recorded -> folder.with(texts -> carryOut(texts, described, all)))));
  }

  private <T> Future<T> callers(Future<T> future) {
    Promise<T> promise = own.callersPromise();
    future.onComplete(promise);
    return promise.future();
  }

  private static Described describe(Texts texts, DreamOperation operation, List<Change> changes) {
    Map<String, String> previous = new LinkedHashMap<>();
    Map<String, Optional<String>> results = new LinkedHashMap<>();
    List<Found> before = new ArrayList<>();
    DreamOperation described = operation;
    for (Change change : changes) {
      Found found = texts.look(change.path());
      if (found.reason() != null || (found.nothing() && change.text() == null)) {
        String why = found.nothing() ? "it is not there" : found.reason();
        throw refused(change.path() + ": " + why);
      }
      before.add(found);
      boolean archived =
          change.to() != null
              && described instanceof Prune prune
              && prune.file().equals(change.path());
      if (archived) {
        described = ((Prune) described).withArchivedTo(change.to());
      } else {
        texts.read(change.path()).ifPresent(text -> previous.put(change.path(), text));
      }
      Optional<String> left = Optional.ofNullable(change.text());
      results.put(change.path(), left.flatMap(text -> Found.of(text).hash()));
      if (change.to() != null) {
        if (!texts.look(change.to()).nothing()) {
          throw refused(change.to() + ": something is there");
        }
        results.put(change.to(), found.hash());
      }
    }
    kept(operation)
        .filter(path -> !results.containsKey(path))
        .ifPresent(
            path ->
                texts
                    .read(path)
                    .ifPresent(
                        text -> {
                          previous.put(path, text);
                          results.put(path, Found.of(text).hash());
                        }));
    return new Described(described.withPreviousTexts(previous).withResults(results), before);
  }

  /** What a merge names as its output the reference takes for new, unless its text is there. */
  private static Optional<String> kept(DreamOperation operation) {
    return operation instanceof Consolidate merge ? merge.outputFile() : Optional.empty();
  }

  private Void carryOut(Texts texts, Described described, List<Change> changes) {
    for (int i = 0; i < changes.size(); i++) {
      run.checkRuns();
      Change change = changes.get(i);
      Found before = described.before().get(i);
      if (change.to() != null) {
        texts.move(change.path(), before, change.to());
      } else if (change.text() != null) {
        texts.write(change.path(), before, change.text());
      } else {
        texts.delete(change.path(), before);
      }
    }
    return null;
  }

  private static DreamkeeperException refused(String why) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, why);
  }
}
