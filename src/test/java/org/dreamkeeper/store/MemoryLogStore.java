package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The log of a {@link MemoryProjectStore}. */
final class MemoryLogStore implements LogStore {
  private final MemoryProjectStore project;
  private final MemoryKeeping kept;
  private final Map<String, Object> told = new HashMap<>();

  MemoryLogStore(MemoryProjectStore project, MemoryKeeping kept) {
    this.project = project;
    this.kept = kept;
  }

  @Override
  public String name() {
    return "log";
  }

  @Override
  public String name(String id) {
    return id;
  }

  @Override
  public <T> Future<Changes<T>> refresh(boolean quick, Function<StoredEntry, T> decode) {
    return project.call(
        () -> {
          Set<String> removed = new HashSet<>(told.keySet());
          removed.removeAll(kept.entries.keySet());
          List<T> changed = new ArrayList<>();
          for (StoredEntry each : kept.entries.values()) {
            if (!each.version().stamp().equals(told.get(each.version().id()))) {
              changed.add(tell(each, decode));
            }
          }
          told.keySet().removeAll(removed);
          return new Changes<>(changed, removed);
        });
  }

  private <T> T tell(StoredEntry entry, Function<StoredEntry, T> decode) {
    told.put(entry.version().id(), entry.version().stamp());
    return decode.apply(entry);
  }

  @Override
  public <T> Future<Map<String, T>> read(Collection<String> ids, Function<StoredEntry, T> decode) {
    return project.call(
        () -> {
          Map<String, T> found = new LinkedHashMap<>();
          for (String id : ids) {
            if (kept.entries.containsKey(id)) {
              found.put(id, tell(kept.entries.get(id), decode));
            }
          }
          return found;
        });
  }

  @Override
  public <T> Future<Committed<T>> commit(
      List<Put> puts, Removal removal, Function<StoredEntry, T> decode) {
    return project.call(
        () -> {
          List<JsonObject> events = new ArrayList<>();
          List<Result<T>> results = puts.stream().map(put -> put(put, decode, events)).toList();
          boolean any = puts.isEmpty() || results.stream().anyMatch(Result::written);
          boolean stands = removal.provided().stream().allMatch(this::stands);
          List<String> removed = new ArrayList<>();
          for (EntryVersion each : removal.versions()) {
            if (any && stands && stands(each)) {
              kept.entries.remove(each.id());
              kept.reservedIds = Math.max(kept.reservedIds, LogId.number(each.id()));
              removed.add(each.id());
            }
          }
          if (!removed.isEmpty()) {
            events.addAll(kept(removal.carry().apply(removed)));
          }
          return new Committed<>(results, removed, null, events);
        });
  }

  private List<JsonObject> kept(Carried carried) {
    kept.keep("log", carried);
    return carried.events();
  }

  private boolean stands(EntryVersion version) {
    StoredEntry now = kept.entries.get(version.id());
    return now != null && now.version().stamp().equals(version.stamp());
  }

  @SuppressWarnings("ReferenceEquality") // another one is another version
  private <T> Result<T> put(Put put, Function<StoredEntry, T> decode, List<JsonObject> events) {
    try {
      StoredEntry old;
      JsonObject next;
      do {
        old = kept.entries.get(put.id());
        next = put.decide().apply(old);
      } while (put.exact() && kept.entries.get(put.id()) != old);
      JsonObject entry = next;
      if (entry != null) {
        project.change(
            "log/" + put.id(),
            () -> {
              kept.putEntry(put.id(), entry);
              events.addAll(kept(put.carry().apply(entry)));
            });
      }
      StoredEntry now = kept.entries.get(put.id());
      return new Result<>(now == null ? null : tell(now, decode), entry != null, null);
    } catch (RuntimeException failure) {
      return new Result<>(null, false, failure);
    }
  }

  @Override
  public <R> Future<Optional<R>> append(EntryVersion seen, Function<Extent, Addition<R>> decide) {
    return project.call(
        () -> {
          if (!stands(seen)) {
            return Optional.empty();
          }
          StoredEntry old = kept.entries.get(seen.id());
          EntryVersion its = old.version();
          JsonArray had = old.json().getJsonArray("operations");
          Addition<R> addition = decide.apply(new Extent(had.size(), its.bytes(), its.held()));
          if (!addition.operations().isEmpty()) {
            project.change("log/" + seen.id(), () -> grow(old, addition));
          }
          return Optional.of(addition.result());
        });
  }

  private void grow(StoredEntry old, Addition<?> addition) {
    EntryVersion its = old.version();
    kept.putEntry(its.id(), StoredEntry.grown(old.json(), addition.operations()));
    EntryVersion now = kept.entries.get(its.id()).version();
    EntryVersion grown = its.grown(now.bytes() - its.bytes(), now.held() - its.held());
    JsonObject json = kept.entries.get(its.id()).json();
    kept.entries.put(its.id(), new StoredEntry(grown, json, null, false));
    kept.keep("log", addition.carried());
  }

  @Override
  public long reservedIds() {
    return kept.reservedIds;
  }

  @Override
  public Future<Void> reserveIds(long ceiling) {
    return project.call(
        () -> {
          project.change("ids", () -> kept.reservedIds = ceiling);
          return null;
        });
  }
}
