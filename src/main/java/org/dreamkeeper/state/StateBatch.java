package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Request;
import org.slf4j.Logger;

/**
 * Decides requests one after the other, each on what those before it left, without touching the
 * disk. Nobody is told yet.
 */
final class StateBatch {
  private static final Logger LOG = Log.of(StateBatch.class);

  private static final Set<String> ABOUT_A_DREAM = Set.of("recordDream", "forgetDream");

  /**
   * What was decided on a request.
   *
   * @param request the request
   * @param changed whether it changed the state
   * @param reply the reply's body; null if it is refused
   * @param revision of the state after it
   * @param degraded of the state that the reply shows, or null
   * @param refusal why it is refused, or null
   * @param skipped what is told of the gate that keeps a dream from beginning, or null
   */
  record Decision(
      Request request,
      boolean changed,
      JsonObject reply,
      String revision,
      String degraded,
      DreamkeeperException refusal,
      JsonObject skipped) {

    /** What is told of a change: what was asked for, and in which dream. */
    JsonObject told() {
      JsonObject told = new JsonObject();
      told.put("action", request.action()).put("revision", revision);
      if (request.token() != null) {
        told.put("token", request.token());
      }
      return ABOUT_A_DREAM.contains(request.action())
          ? told.put("logId", request.body().getString("logId"))
          : told;
    }

    void tell() {
      if (refusal != null) {
        request.fail(refusal);
      } else if (degraded != null) {
        request.reply(reply, Map.of("revision", revision, "degraded", degraded));
      } else {
        request.reply(reply, Map.of("revision", revision));
      }
    }
  }

  private final StateFile file;
  private final StateFile.Known known;
  private final long holder;
  private final long now;
  private final Budget budget;
  private final DreamkeeperException noWrites;
  private final List<Decision> decisions = new ArrayList<>();
  private GateFacts facts;
  private State state;
  private String revision;
  private boolean acknowledges;
  private JsonObject recorded;

  /**
   * Begins with what is on disk.
   *
   * @param file gives the revisions
   * @param known what it says
   * @param holder the token that may write
   * @param now ms since 1970
   * @param budget says how large the state may become
   * @param noWrites what a request that would write is refused with; null while writing is possible
   */
  StateBatch(
      StateFile file,
      StateFile.Known known,
      long holder,
      long now,
      Budget budget,
      DreamkeeperException noWrites) {
    this.file = file;
    this.known = known;
    this.holder = holder;
    this.now = now;
    this.budget = budget;
    this.noWrites = noWrites;
    this.state = known.judgement().state();
    this.revision = known.revision();
  }

  /**
   * Takes what lock and log say into account: the gates are judged by it, and a dream that only the
   * log knows is recorded.
   *
   * @param present what lock and log say
   * @param certain whether no dream can have been undone since they said it
   */
  void learn(GateFacts present, boolean certain) {
    facts = present;
    JsonObject missing = facts.missing(state);
    if (missing == null || !certain || noWrites != null || known.judgement().untouchable()) {
      return;
    }
    state = StateActions.recordMissed(state, missing, now);
    revision = file.nextRevision();
    acknowledges = true;
    recorded =
        new JsonObject()
            .put("action", "recordDream")
            .put("revision", revision)
            .put("logId", missing.getString("id"));
  }

  /** Decides on each in order. */
  void decide(List<Request> requests) {
    for (Request request : requests) {
      try {
        decisions.add(decide(request));
      } catch (DreamkeeperException refusal) {
        decisions.add(refused(request, refusal));
      } catch (Throwable bug) {
        LogKeys.request(LOG.atError(), request)
            .setCause(bug)
            .log("{} could not be carried out", request.action());
        decisions.add(refused(request, DreamkeeperException.of(bug)));
      }
    }
  }

  private Decision decide(Request request) {
    DecodedState judgement = known.judgement();
    if (request.writes()) {
      Fence.check(request, holder);
      if (judgement.untouchable()) {
        throw untouchable(judgement);
      }
      checkRevision(request);
    }
    if (request.action().equals(StateActions.GATES)) {
      return judge(request);
    }
    boolean untouched = state == judgement.state();
    StateActions.Outcome outcome =
        new StateActions(state, !untouched || known.stored(), now)
            .carryOut(request.action(), request.body());
    boolean changed = outcome.state() != state;
    if (changed) {
      checkSize(outcome.state());
    }
    boolean needsDisk = changed || (request.writes() && file.unsynced());
    if (needsDisk && noWrites != null) {
      throw noWrites;
    }
    if (changed) {
      state = outcome.state();
      revision = file.nextRevision();
    }
    acknowledges |= needsDisk;
    boolean degraded = outcome.reply() == null && untouched && !changed;
    return new Decision(
        request,
        changed,
        outcome.reply() == null ? state.reply() : outcome.reply(),
        revision,
        degraded ? judgement.degraded() : null,
        null,
        null);
  }

  private Decision judge(Request request) {
    Fence.check(request, holder);
    JsonObject body = request.body();
    DecodedState judgement =
        state == known.judgement().state() ? known.judgement() : DecodedState.good(state);
    boolean own = request.token() != null;
    List<JudgedGate> gates =
        new GateRules(state, judgement, facts, facts.limits(body), own, now).judge();
    JsonObject reply = JudgedGate.reply(gates).put("lastAskedAt", facts.lastAskedAt());
    boolean quiet = body.getBoolean("quiet", false);
    return new Decision(
        request, false, reply, revision, null, null, quiet ? null : reply.getJsonObject("closed"));
  }

  private static DreamkeeperException untouchable(DecodedState judgement) {
    FailureCode code =
        DecodedState.NEWER.equals(judgement.degraded())
            ? FailureCode.NEWER_FORMAT
            : FailureCode.STORAGE_FAILED;
    return new DreamkeeperException(code, StateFile.NAME + ": " + judgement.reason());
  }

  private void checkRevision(Request request) {
    boolean counts = request.action().equals("write") || request.action().equals("update");
    if (counts && request.revision() != null && !request.revision().equals(revision)) {
      throw new DreamkeeperException(
          FailureCode.REVISION_MISMATCH, "the state is at revision " + revision);
    }
  }

  private void checkSize(State next) {
    String excess = budget.excess(next.held());
    // One that has outgrown it, by other hands, may still shrink.
    if (excess != null && next.held() > state.held()) {
      throw new DreamkeeperException(FailureCode.TOO_LARGE, "the state then " + excess);
    }
  }

  private Decision refused(Request request, DreamkeeperException refusal) {
    return new Decision(request, false, null, null, null, refusal, null);
  }

  /** Tells whether something has to be durable before anybody is told. */
  boolean needsDisk() {
    return acknowledges;
  }

  /** Gives what is told of a missed dream that was recorded; null if none was. */
  JsonObject recorded() {
    return recorded;
  }

  List<Decision> decisions() {
    return decisions;
  }

  /** Gives the state after the last request. */
  State state() {
    return state;
  }

  String revision() {
    return revision;
  }
}
