package org.dreamkeeper.admin;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.lock.Reclaimed;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.state.Degraded;

/**
 * How a project is, as its actors know it. Immutable.
 *
 * @param now when this was told, by the host's clock, as all times here are
 * @param instance the deployment that serves, new at each start
 * @param epoch the number that its claim has; greater with each claim
 * @param startedAt since when it serves
 * @param store where the project is kept
 * @param lock how the lock stands
 * @param gates what a worker would be told that asks with the project's limits
 * @param lastSkip the last dream that was skipped; empty if none was since the start
 * @param state the state in figures
 * @param log how many entries there are, by their status
 * @param unreadable how many files in the log are no entries
 * @param quarantined how many corrupt states were set aside of which the state still lacks
 *     something
 * @param actors how each actor goes on, by its name: {@code state}, {@code lock}, {@code log}
 * @param lastAskedAt when a worker last asked whether it may dream; empty if none has since the
 *     start: then no dream will ever begin
 */
public record Overview(
    Instant now,
    String instance,
    long epoch,
    Instant startedAt,
    Store store,
    Lock lock,
    Gates gates,
    Optional<Skip> lastSkip,
    State state,
    Map<DreamStatus, Integer> log,
    int unreadable,
    int quarantined,
    Map<String, Actor> actors,
    Optional<Instant> lastAskedAt) {

  /**
   * Where a project is kept.
   *
   * @param place the directory, or the database without credentials
   * @param lost why the claim is gone, one line; empty while it stands
   * @param silentSince since when it has owed an answer; empty while it owes none
   */
  public record Store(String place, Optional<String> lost, Optional<Instant> silentSince) {}

  /**
   * How the lock stands.
   *
   * @param status who holds it, and how many wait
   * @param token its holder's; empty unless that is one of this service
   * @param logId the entry of the dream that it is held for, once there is one
   * @param renewedAt when its holder last gave a sign of life
   * @param left a foreign process that has left it held, and whom whoever asks next pushes out
   */
  public record Lock(
      LockStatus status,
      Optional<Long> token,
      Optional<String> logId,
      Optional<Instant> renewedAt,
      Optional<Reclaimed> left) {}

  /**
   * Whether a dream may begin.
   *
   * @param closed the gates that are closed, in the order in which they are judged
   */
  public record Gates(List<DreamGate> closed) {
    /** {@return whether all gates are open} */
    public boolean open() {
      return closed.isEmpty();
    }
  }

  /**
   * A dream that was skipped, the last of several for the same gate.
   *
   * @param at when
   * @param gate what was closed
   * @param since when the first one in the row was
   * @param count how many there were in that row
   */
  public record Skip(Instant at, DreamGate gate, Instant since, long count) {}

  /**
   * The state in figures.
   *
   * @param curationsSinceDream how many curations there were since the last dream
   * @param totalDreams how many dreams completed
   * @param pendingMerges how many merges are suggested
   * @param staleSummaryPaths how many summaries are queued
   * @param lastDreamAt when the last dream completed; empty if there was none
   * @param lastDreamLogId its entry
   * @param undoing the entry of an undo that is not finished
   * @param degraded what is wrong with its file, if anything is
   * @param detail more about that, one line
   */
  public record State(
      long curationsSinceDream,
      long totalDreams,
      int pendingMerges,
      int staleSummaryPaths,
      Optional<Instant> lastDreamAt,
      Optional<String> lastDreamLogId,
      Optional<String> undoing,
      Optional<Degraded> degraded,
      Optional<String> detail) {}

  /**
   * How an actor goes on.
   *
   * @param queued how many requests wait or are under way
   * @param oldest for how long the oldest of them has been there
   * @param stalled whether its storage has not answered for 10 s
   * @param lastFailure the last request that failed, and for no fault of who asked
   */
  public record Actor(
      int queued, Duration oldest, boolean stalled, Optional<Failure> lastFailure) {}

  /**
   * A request that failed.
   *
   * @param at when
   * @param action what was asked
   * @param reason why, one line that begins with the name of a {@link
   *     org.dreamkeeper.bus.FailureCode}
   */
  public record Failure(Instant at, String action, String reason) {}

  /**
   * Reads an overview.
   *
   * @param json as the admin replies, not null
   * @return the overview
   */
  public static Overview of(JsonObject json) {
    return new OverviewJson(json).read();
  }
}
