package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The entries of a project's dreams, by id. Others may add, change and remove some at any time.
 *
 * <p>One call at a time. Nothing is told that may be lost with the power. The functions that are
 * handed in are pure, run on the store's threads, and may be called again where somebody else was
 * faster. Futures complete on the caller's context, and fail with a {@link StoreException}.
 */
public interface LogStore {

  /** Names the log for a person, as it is called where it is kept. */
  String name();

  /** Names an entry for a person, as it is called where it is kept. */
  String name(String id);

  /**
   * What has become of the entries.
   *
   * @param changed those that are there now
   * @param removed the ids of those that are not
   */
  record Changes<T>(List<T> changed, Set<String> removed) {}

  /**
   * Tells what has changed since it was last told, by whatever call; at first, everything. What was
   * changed in place may be told some seconds late.
   *
   * @param quick whether that may be missed for now which others changed along with this store
   * @param decode gives what is wanted of each that has changed
   */
  <T> Future<Changes<T>> refresh(boolean quick, Function<StoredEntry, T> decode);

  /**
   * Reads entries as they are now.
   *
   * @return by id, in this order, those that are there
   */
  <T> Future<Map<String, T>> read(Collection<String> ids, Function<StoredEntry, T> decode);

  /**
   * Something to be put into the log.
   *
   * @param id of the entry
   * @param exact whether the entry must still be what it was when it was decided on
   * @param decide gives what is to stand there, of what does, or of null; null leaves it; its
   *     exceptions refuse this one alone
   * @param carry gives what is to survive with what is put
   */
  record Put(
      String id,
      boolean exact,
      Function<StoredEntry, JsonObject> decide,
      Function<JsonObject, Carried> carry) {}

  /**
   * What is to go.
   *
   * @param versions of entries, each to go only if it is the one that is there
   * @param provided of entries that must be the ones that are there, or nothing goes
   * @param carry gives what is to survive with those that went
   */
  record Removal(
      List<EntryVersion> versions,
      List<EntryVersion> provided,
      Function<List<String>, Carried> carry) {
    /** Nothing. */
    public static final Removal NONE = new Removal(List.of(), List.of(), gone -> Carried.NONE);
  }

  /**
   * What became of a put.
   *
   * @param now what stands there now; null if that is nothing, or not known
   * @param written whether it is what was put
   * @param failure why not, or null: a {@link StoreException}, or what the decision was refused by
   */
  record Result<T>(T now, boolean written, Throwable failure) {}

  /**
   * What became of a commit.
   *
   * @param results of the puts, in their order
   * @param removed the ids of those that are gone
   * @param unremoved why something that was to go may still be there; or null
   * @param events those that were carried with what was done, in this order
   */
  record Committed<T>(
      List<Result<T>> results,
      List<String> removed,
      StoreException unremoved,
      List<JsonObject> events) {}

  /** Puts, then removes, where at least one put was carried out, or none was asked for. */
  <T> Future<Committed<T>> commit(List<Put> puts, Removal removal, Function<StoredEntry, T> decode);

  /**
   * How large an entry is.
   *
   * @param operations how many it has
   * @param bytes as JSON
   * @param held in memory
   */
  record Extent(int operations, long bytes, long held) {}

  /**
   * What is appended.
   *
   * @param operations valid ones; if there are none, nothing is written
   * @param result what the caller wants to hear of it
   * @param carried what is to survive with them
   */
  record Addition<R>(List<JsonObject> operations, R result, Carried carried) {}

  /**
   * Adds operations behind those that an entry has; the ten thousandth costs what the tenth does.
   *
   * @param seen which version of it is meant
   * @param decide gives what to add, of what is there
   * @return the result; empty if that version is no longer there
   */
  <R> Future<Optional<R>> append(EntryVersion seen, Function<Extent, Addition<R>> decide);

  /** Up to where ids may have been handed out, or stood for what was removed. */
  long reservedIds();

  /** Moves {@link #reservedIds}, durably, up or down. */
  Future<Void> reserveIds(long ceiling);
}
