package org.dreamkeeper;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.lock.Reclaimed;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.DreamGate;

/**
 * What a project publishes, after the change is durable. Events inform: one may be lost, and
 * nothing should rest on its arrival. Immutable.
 *
 * <p>{@code token} is the lock token of the dream that is behind an event, {@code owner} the name
 * that its holder gave itself; either is empty where there is none.
 */
public sealed interface DreamEvent {

  /** {@return where it comes from, and when} */
  Frame frame();

  /**
   * Does what is to be done for each kind of event.
   *
   * @param cases what to do
   * @param <R> what that gives
   * @return what it gave
   */
  default <R> R fold(DreamEventCases<R> cases) {
    return DreamEventJson.fold(this, cases);
  }

  /**
   * Reads an event.
   *
   * @param json as it is published, not null
   * @return the event
   */
  static DreamEvent of(JsonObject json) {
    return DreamEventJson.read(json);
  }

  /** Why a lock was given back by another than its holder. */
  enum Why {
    /** The host stopped. */
    STOPPED,
    /** Nobody heard of the grant, or who did has left the cluster without using it. */
    UNHEARD,
    /** The last dream was undone. */
    UNDONE,
    /** For a reason that this version does not know. */
    OTHER
  }

  /**
   * Where an event comes from, and when.
   *
   * @param at when it happened, by the host's clock
   * @param address the project's address prefix
   * @param instance the deployment, new at each start
   * @param seq its number, without gaps for each instance; 0 of one that was kept
   * @param node the node that serves the project; empty where no nodes do
   */
  record Frame(Instant at, String address, String instance, long seq, Optional<String> node) {}

  /**
   * A gate was closed to who asked.
   *
   * @param gate the gate
   */
  record Skipped(Frame frame, DreamGate gate) implements DreamEvent {}

  /**
   * A dream begins.
   *
   * @param expiresAt when the lease runs out
   */
  record Acquired(Frame frame, long token, Optional<String> owner, Instant expiresAt)
      implements DreamEvent {}

  /**
   * A dream completed.
   *
   * @param completedAt when
   * @param why if its holder did not say so, but the log did
   */
  record Released(
      Frame frame, long token, Optional<String> owner, Instant completedAt, Optional<Why> why)
      implements DreamEvent {}

  /**
   * A dream failed, or ended otherwise: the lock is as it was before.
   *
   * @param lastCompletedAt when the last dream completed, if one did
   * @param why if its holder did not say so
   */
  record RolledBack(
      Frame frame,
      long token,
      Optional<String> owner,
      Optional<Instant> lastCompletedAt,
      Optional<Why> why)
      implements DreamEvent {}

  /**
   * A holder was pushed out.
   *
   * @param from who, and why
   * @param completed at the start after a crash, and of one that was evicted: whether its dream
   *     counts
   * @param reason of one that was evicted: what the operator said
   */
  record TakenOver(
      Frame frame, Reclaimed from, Optional<Boolean> completed, Optional<String> reason)
      implements DreamEvent {}

  /**
   * A foreign process overwrote the lock of a dream.
   *
   * @param pid the foreign process
   */
  record LockLost(Frame frame, long token, Optional<String> owner, long pid)
      implements DreamEvent {}

  /**
   * An entry of the log is durable.
   *
   * @param id the entry
   * @param status how far it has come
   */
  record Saved(Frame frame, String id, DreamStatus status, Optional<Long> token)
      implements DreamEvent {}

  /**
   * Nobody can be working on an entry any more; it is an error now.
   *
   * @param id the entry
   */
  record Interrupted(Frame frame, String id, Optional<Long> token) implements DreamEvent {}

  /**
   * The oldest entries were removed.
   *
   * @param ids theirs
   */
  record Pruned(Frame frame, List<String> ids) implements DreamEvent {}

  /**
   * A file in the log is no entry, and is skipped.
   *
   * @param id its id
   * @param reason why, one line
   */
  record Unreadable(Frame frame, String id, String reason) implements DreamEvent {}

  /**
   * A dream was taken back.
   *
   * @param id its entry
   * @param operations which of its operations, from 0
   */
  record Undone(Frame frame, String id, List<Integer> operations, Optional<Long> token)
      implements DreamEvent {}

  /**
   * The state changed.
   *
   * @param action by which action
   * @param revision what it is now
   * @param logId the dream that was recorded or forgotten
   */
  record StateChanged(
      Frame frame, String action, String revision, Optional<Long> token, Optional<String> logId)
      implements DreamEvent {}

  /**
   * The state was corrupt, and set aside.
   *
   * @param file under that name
   * @param kept the fields that are still in it
   * @param dropped the fields that are not
   */
  record Quarantined(Frame frame, String file, List<String> kept, List<String> dropped)
      implements DreamEvent {}

  /**
   * A request was refused for the disk, the first one of a row.
   *
   * @param actor whose
   * @param reason why, one line
   */
  record StorageFailed(Frame frame, String actor, String reason) implements DreamEvent {}

  /**
   * Such a row is over.
   *
   * @param actor whose
   */
  record StorageRecovered(Frame frame, String actor) implements DreamEvent {}

  /**
   * Another node serves the project now, and the holder has kept the lock.
   *
   * @param expiresAt when the lease runs out
   */
  record Kept(Frame frame, long token, Optional<String> owner, Instant expiresAt)
      implements DreamEvent {}

  /**
   * A node has begun to serve the project; the frame names it.
   *
   * @param frame where it comes from
   */
  record Serving(Frame frame) implements DreamEvent {}

  /**
   * An event that this version does not know.
   *
   * @param json as it was published, a copy
   */
  record Other(Frame frame, JsonObject json) implements DreamEvent {}
}
