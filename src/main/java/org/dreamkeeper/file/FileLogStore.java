package org.dreamkeeper.file;

import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.BlockingExecutor;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.file.EntryWriter.Pending;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredEntry;
import org.slf4j.Logger;

/** The log in a directory of its own: a file for each entry, and a journal beside what grows. */
final class FileLogStore implements LogStore {
  static final String NAME = "dream-log";

  /** How many files are written in one task, beside which another one may run. */
  private static final int TOGETHER = 4;

  private static final Logger LOG = Log.of(FileLogStore.class);

  private final StoreTasks tasks;
  private final NamedFiles files;
  private final DirectoryClaim claim;
  private final Journals journals;
  private final EntryReader reader;
  private final EntryFiles entries;
  private final EntryWriter writer;
  private boolean folded;

  FileLogStore(
      NamedFiles files,
      DirectoryClaim claim,
      BlockingExecutor executor,
      Budget budget,
      Time time,
      EventFiles events) {
    this.tasks = new StoreTasks(executor, NAME + ": ");
    this.files = files;
    this.claim = claim;
    this.journals = new Journals(files, budget.share());
    this.reader = new EntryReader(files, journals, budget);
    this.entries = new EntryFiles(files, journals, reader, budget.smallShare(), time);
    this.writer = new EntryWriter(files, entries, reader, journals, events);
  }

  private static String place(String id) {
    return NAME + "/" + EntryReader.name(id) + ": ";
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String name(String id) {
    return EntryReader.name(id);
  }

  @Override
  public <T> Future<Changes<T>> refresh(boolean quick, Function<StoredEntry, T> decode) {
    return tasks.run(
        () -> {
          if (!folded) {
            entries.list();
            journals.ids().forEach(this::fold);
            folded = true;
          }
          return entries.changes(quick, decode);
        });
  }

  /** Makes an entry whole that an earlier host has left in two files. */
  private void fold(String id) {
    try {
      writer.fold(id);
    } catch (IOException failure) {
      LOG.warn("{} stays in two files: {}", EntryReader.name(id), DiskFailure.reason(failure));
    }
  }

  @Override
  public <T> Future<Map<String, T>> read(Collection<String> ids, Function<StoredEntry, T> decode) {
    return tasks.run(
        () -> {
          // Through a link in its place, another directory's files would be looked at.
          files.statDirectory();
          Map<String, T> found = new LinkedHashMap<>();
          for (String id : ids) {
            StoredEntry entry = entries.current(id);
            if (entry != null) {
              entries.tells(entry);
              found.put(id, decode.apply(entry));
            }
          }
          if (!found.isEmpty()) {
            entries.settle();
          }
          return found;
        });
  }

  @Override
  public <T> Future<Committed<T>> commit(
      List<Put> puts, Removal removal, Function<StoredEntry, T> decode) {
    List<Pending> all = puts.stream().map(Pending::new).toList();
    if (all.size() <= TOGETHER) {
      return tasks.run(() -> finish(prepared(all), removal, decode));
    }
    List<Future<?>> prepared = new ArrayList<>();
    for (int from = 0; from < all.size(); from += TOGETHER) {
      List<Pending> some = all.subList(from, Math.min(all.size(), from + TOGETHER));
      prepared.add(tasks.run(() -> prepared(some)));
    }
    return Future.join(prepared).compose(ready -> tasks.run(() -> finish(all, removal, decode)));
  }

  private List<Pending> prepared(List<Pending> some) {
    some.forEach(writer::prepare);
    return some;
  }

  private <T> Committed<T> finish(
      List<Pending> all, Removal removal, Function<StoredEntry, T> decode) {
    List<Pending> written = all.stream().filter(writer::publish).toList();
    List<String> removed = new ArrayList<>();
    IOException unremoved = written.isEmpty() && !all.isEmpty() ? null : remove(removal, removed);
    if (!written.isEmpty() || !removed.isEmpty()) {
      try {
        entries.sync();
        written.forEach(each -> journals.drop(each.id));
      } catch (IOException failure) {
        written.forEach(each -> each.failure = failure);
        removed.clear();
        unremoved = failure;
      }
    }
    entries.wrote();
    return new Committed<>(
        all.stream().map(each -> result(each, decode)).toList(),
        removed,
        unremoved == null ? null : new StoreException(DiskFailure.reason(unremoved), false),
        writer.keep(all, removal, removed));
  }

  private <T> Result<T> result(Pending put, Function<StoredEntry, T> decode) {
    if (put.failure != null) {
      return new Result<>(null, false, DiskFailure.told(place(put.id), put.failure));
    }
    if (put.now == null) {
      return new Result<>(null, false, null);
    }
    entries.tells(put.now);
    return new Result<>(decode.apply(put.now), put.written, null);
  }

  /** Removes what is as it was told; gives what stood in the way, or null. */
  private IOException remove(Removal removal, List<String> removed) {
    try {
      for (EntryVersion version : removal.provided()) {
        if (!entries.stands(version)) {
          return null;
        }
      }
      long highest =
          removal.versions().stream().mapToLong(each -> LogId.number(each.id())).max().orElse(0);
      if (highest > claim.lastId()) {
        // What is gone must not be handed out again.
        claim.reserveIds(highest);
      }
      for (EntryVersion version : removal.versions()) {
        if (entries.stands(version)) {
          files.delete(EntryReader.name(version.id()));
          journals.drop(version.id());
          removed.add(version.id());
        }
      }
      return null;
    } catch (IOException failure) {
      return failure;
    }
  }

  @Override
  public <R> Future<Optional<R>> append(EntryVersion seen, Function<Extent, Addition<R>> decide) {
    return new StoreTasks(tasks.executor(), place(seen.id())).run(() -> appended(seen, decide));
  }

  private <R> Optional<R> appended(EntryVersion seen, Function<Extent, Addition<R>> decide)
      throws IOException {
    String id = seen.id();
    if (!entries.stands(seen)) {
      return Optional.empty();
    }
    if (journals.has(id) && journals.tail(id).isEmpty()) {
      writer.fold(id);
    }
    Journals.Tail tail = journals.tail(id).orElseGet(() -> Journals.Tail.of(reader.now(id)));
    if (tail == null) {
      return Optional.empty();
    }
    Addition<R> addition = decide.apply(new Extent(tail.count(), tail.bytes(), tail.held()));
    try {
      if (!addition.operations().isEmpty()) {
        journals.grow(id, tail, addition.operations().stream().map(Journal::line).toList());
        writer.events().keep(addition.carried().events());
      }
    } catch (IOException failure) {
      throw new StoreException(place(id) + DiskFailure.reason(failure), true);
    } finally {
      if (tail.at() == 0) {
        entries.wrote();
      }
    }
    return Optional.of(addition.result());
  }

  @Override
  public long reservedIds() {
    return claim.lastId();
  }

  @Override
  public Future<Void> reserveIds(long ceiling) {
    return tasks.run(
        () -> {
          claim.reserveIds(ceiling);
          return null;
        });
  }
}
