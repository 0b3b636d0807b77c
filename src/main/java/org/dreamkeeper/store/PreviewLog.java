package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.JsonText;

/** The log of a {@link PreviewStore}. */
final class PreviewLog implements LogStore {
  private final LogStore real;
  private final Time time;

  /** What was changed: an entry, or nothing where one was removed. */
  private final Map<String, Optional<StoredEntry>> mine = new ConcurrentHashMap<>();

  private volatile long reserved;

  PreviewLog(LogStore real, Time time) {
    this.real = real;
    this.time = time;
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public String name(String id) {
    return real.name(id);
  }

  /** What was changed here was told when it was; of the rest, what the store tells. */
  @Override
  public <T> Future<Changes<T>> refresh(boolean quick, Function<StoredEntry, T> decode) {
    return real.<Optional<T>>refresh(
            quick,
            entry ->
                mine.containsKey(entry.version().id())
                    ? Optional.empty()
                    : Optional.of(decode.apply(entry)))
        .map(
            all -> {
              Set<String> removed = new HashSet<>(all.removed());
              removed.removeAll(mine.keySet());
              return new Changes<>(
                  all.changed().stream().flatMap(Optional::stream).toList(), removed);
            });
  }

  @Override
  public <T> Future<Map<String, T>> read(Collection<String> ids, Function<StoredEntry, T> decode) {
    List<String> others = ids.stream().filter(id -> !mine.containsKey(id)).toList();
    return real.read(others, decode)
        .map(
            read -> {
              Map<String, T> found = new LinkedHashMap<>();
              for (String id : ids) {
                Optional<StoredEntry> here = mine.get(id);
                T now = here == null ? read.get(id) : here.map(decode).orElse(null);
                if (now != null) {
                  found.put(id, now);
                }
              }
              return found;
            });
  }

  @Override
  public <T> Future<Committed<T>> commit(
      List<Put> puts, Removal removal, Function<StoredEntry, T> decode) {
    List<String> ids = new ArrayList<>();
    puts.forEach(put -> ids.add(put.id()));
    removal.versions().forEach(each -> ids.add(each.id()));
    removal.provided().forEach(each -> ids.add(each.id()));
    return read(ids, entry -> entry).map(now -> committed(puts, removal, now, decode));
  }

  private <T> Committed<T> committed(
      List<Put> puts,
      Removal removal,
      Map<String, StoredEntry> now,
      Function<StoredEntry, T> decode) {
    List<JsonObject> events = new ArrayList<>();
    List<Result<T>> results = new ArrayList<>();
    for (Put put : puts) {
      results.add(put(put, now, decode, events));
    }
    boolean any = puts.isEmpty() || results.stream().anyMatch(Result::written);
    List<String> removed = new ArrayList<>();
    if (any && removal.provided().stream().allMatch(each -> stands(each, now))) {
      for (EntryVersion each : removal.versions()) {
        if (stands(each, now)) {
          mine.put(each.id(), Optional.empty());
          reserved = Math.max(reserved, LogId.number(each.id()));
          removed.add(each.id());
        }
      }
    }
    if (!removed.isEmpty()) {
      events.addAll(removal.carry().apply(removed).events());
    }
    return new Committed<>(results, removed, null, events);
  }

  private static boolean stands(EntryVersion version, Map<String, StoredEntry> now) {
    StoredEntry there = now.get(version.id());
    return there != null && there.version().stamp().equals(version.stamp());
  }

  private <T> Result<T> put(
      Put put,
      Map<String, StoredEntry> now,
      Function<StoredEntry, T> decode,
      List<JsonObject> events) {
    try {
      StoredEntry old = now.get(put.id());
      JsonObject next = put.decide().apply(old);
      if (next == null) {
        return new Result<>(old == null ? null : decode.apply(old), false, null);
      }
      events.addAll(put.carry().apply(next).events());
      StoredEntry entry = entry(put.id(), next);
      now.put(put.id(), entry);
      return new Result<>(decode.apply(entry), true, null);
    } catch (RuntimeException refused) {
      return new Result<>(null, false, refused);
    }
  }

  /** Keeps what stands under an id from now on. */
  private StoredEntry entry(String id, JsonObject json) {
    byte[] text = JsonText.print(json);
    EntryVersion version =
        new EntryVersion(id, new Object(), true, time.millis(), text.length, JsonText.held(text));
    StoredEntry entry = new StoredEntry(version, json, null, false);
    mine.put(id, Optional.of(entry));
    return entry;
  }

  @Override
  public <R> Future<Optional<R>> append(EntryVersion seen, Function<Extent, Addition<R>> decide) {
    return read(List.of(seen.id()), entry -> entry)
        .map(
            now -> {
              if (!stands(seen, now) || now.get(seen.id()).json() == null) {
                return Optional.empty();
              }
              StoredEntry old = now.get(seen.id());
              JsonArray had = old.json().getJsonArray("operations");
              EntryVersion its = old.version();
              Addition<R> addition = decide.apply(new Extent(had.size(), its.bytes(), its.held()));
              JsonObject next = StoredEntry.grown(old.json(), addition.operations());
              mine.put(seen.id(), Optional.of(new StoredEntry(its, next, null, false)));
              return Optional.of(addition.result());
            });
  }

  @Override
  public long reservedIds() {
    return Math.max(reserved, real.reservedIds());
  }

  @Override
  public Future<Void> reserveIds(long ceiling) {
    reserved = ceiling;
    return Future.succeededFuture();
  }
}
