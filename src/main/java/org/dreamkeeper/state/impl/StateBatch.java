package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredState.Document;
import org.slf4j.Logger;

/**
 * Requests as they are decided one after the other, each on what those before it left. Nobody is
 * told, and nothing is remembered, before the store has said yes.
 */
final class StateBatch {
  private static final Logger LOG = Log.of(StateBatch.class);

  /** The others only count, or take away. */
  private static final Set<String> GROWING =
      Set.of("write", "update", "addPendingMerges", "enqueueStaleSummaryPaths");

  private final Project project;
  private final String place;
  private final KnownState known;
  private final long now;
  private final GateFacts facts;
  private final DreamkeeperException noWrites;
  private final List<JsonObject> changes = new ArrayList<>();
  private final List<JsonObject> kept = new ArrayList<>();
  private final List<Runnable> answers = new ArrayList<>();
  private final List<Request> changing = new ArrayList<>();
  private final List<Request> others = new ArrayList<>();
  private State state;
  private Revision revision;
  private boolean commits;
  private Document next;

  /**
   * Begins with what is known of what stands.
   *
   * @param place where a person finds it
   * @param now ms since 1970
   * @param facts what lock and log say, where that is asked for; else null
   * @param noWrites what is refused with that would write: the store has just said no; else null
   */
  StateBatch(
      Project project,
      String place,
      KnownState known,
      long now,
      GateFacts facts,
      DreamkeeperException noWrites) {
    this.project = project;
    this.place = place;
    this.known = known;
    this.now = now;
    this.facts = facts;
    this.noWrites = noWrites;
    this.state = known.decoded().state();
    this.revision = known.revision();
  }

  /** Decides on each request in order. */
  void decide(List<Request> requests) {
    for (Request request : requests) {
      State before = state;
      answers.add(answer(request));
      (state == before ? others : changing).add(request);
    }
  }

  private Runnable answer(Request request) {
    try {
      return decide(request);
    } catch (DreamkeeperException refusal) {
      return () -> request.fail(refusal);
    } catch (Throwable bug) {
      LogKeys.request(LOG.atError(), request)
          .setCause(bug)
          .log("{} could not be carried out", request.action());
      return () -> request.fail(DreamkeeperException.of(bug));
    }
  }

  /** Records a dream that only the log knows. */
  void recordMissed() {
    JsonObject missing = facts.missing(state);
    if (missing != null && !known.decoded().untouchable()) {
      State recorded = StateActions.recordMissed(state, missing, now);
      become(recorded, "recordDream", null, missing.getString("id"));
    }
  }

  /** Takes a new state, and what is told of it. */
  private void become(State changed, String action, Long token, String logId) {
    state = changed;
    revision = revision.next();
    commits = true;
    JsonObject told = new JsonObject().put("action", action).put("revision", revision.text());
    JsonFields.put(told, "token", token);
    changes.add(JsonFields.put(told, "logId", logId));
  }

  private Runnable decide(Request request) {
    String action = request.action();
    if (action.equals(StateActions.GATES)) {
      return judge(request);
    }
    boolean asStored = state == known.decoded().state();
    if (request.repeated()) {
      JsonObject first = request.earlierReply();
      return reply(request, first == null ? state.reply() : first, asStored);
    }
    if (request.writes()) {
      admit(request);
    }
    boolean stands = !asStored || known.sound();
    StateActions.Outcome outcome =
        new StateActions(state, stands, now).carryOut(action, request.body());
    boolean changes = outcome.state() != state;
    if (changes && GROWING.contains(action)) {
      checkSize(outcome.state());
    }
    boolean confirms = request.writes() && known.unsure();
    if ((changes || confirms) && noWrites != null) {
      throw noWrites;
    }
    commits |= confirms;
    if (changes) {
      boolean ofADream = action.equals("recordDream") || action.equals("forgetDream");
      String logId = ofADream ? request.body().getString("logId") : null;
      become(outcome.state(), action, request.token(), logId);
      kept.addAll(request.kept(outcome.reply(), true));
    }
    if (outcome.reply() != null) {
      return reply(request, outcome.reply(), false);
    }
    return reply(request, state.reply(), asStored && !changes);
  }

  private Runnable reply(Request request, JsonObject body, boolean asStored) {
    String degraded = asStored ? known.decoded().degraded() : null;
    Map<String, String> headers = revision.headers(degraded, request.repeated());
    return () -> request.reply(body, headers);
  }

  private void admit(Request request) {
    DecodedState decoded = known.decoded();
    if (decoded.untouchable()) {
      boolean newer = DecodedState.NEWER.equals(decoded.degraded());
      throw new DreamkeeperException(
          newer ? FailureCode.NEWER_FORMAT : FailureCode.STORAGE_FAILED,
          place + ": " + decoded.reason());
    }
    boolean guarded = request.action().equals("write") || request.action().equals("update");
    if (guarded && request.revision() != null && !request.revision().equals(revision.text())) {
      throw new DreamkeeperException(
          FailureCode.REVISION_MISMATCH, "the state is at revision " + revision.text());
    }
  }

  private void checkSize(State grown) {
    long held = grown.held();
    String excess = project.budget().excess(held);
    // One that has outgrown it, by other hands, may still shrink.
    if (excess != null && held > state.held()) {
      throw new DreamkeeperException(FailureCode.TOO_LARGE, "the state then " + excess);
    }
  }

  private Runnable judge(Request request) {
    JsonObject body = request.body();
    JsonObject limits = facts.options().toJson().mergeIn(body);
    boolean own = request.token() != null;
    boolean asStored = state == known.decoded().state();
    DecodedState decoded = asStored ? known.decoded() : DecodedState.good(state);
    JsonObject judged = new GateRules(place, decoded, facts, limits, own, now).judge();
    Runnable reply = reply(request, judged.put("lastAskedAt", facts.lastAskedAt()), false);
    JsonObject closed = body.getBoolean("quiet", false) ? null : judged.getJsonObject("closed");
    return () -> {
      if (closed != null) {
        project.events().publish("dream.skipped", closed);
      }
      reply.run();
    };
  }

  /** What the store is to do, once for all of them. */
  StateChange<StateBatch> change() {
    if (commits) {
      boolean same = state == known.decoded().state();
      next = same ? (Document) known.stored() : new Document(new JsonObject(state.fields()));
    }
    boolean loses = next != null && known.decoded().corrupt();
    return new StateChange<>(
        this, next, loses ? this::wasSetAside : null, new Carried(kept, List.of()));
  }

  private void wasSetAside(String name) {
    LOG.warn("{} {} was set aside as {}", project.address("state"), place, name);
    JsonObject told =
        new JsonObject()
            .put("file", name)
            .put("kept", new JsonArray(known.decoded().kept()))
            .put("dropped", new JsonArray(known.decoded().dropped()));
    project.events().publish("state.quarantined", told);
  }

  /** What is known once the store has said yes. */
  KnownState known() {
    return next == null ? known : new KnownState(next, DecodedState.good(state), revision, false);
  }

  /** Tells of each change, and answers everybody. */
  void tell() {
    Events events = project.events();
    changes.forEach(each -> events.publish(events.event("state.changed", each)));
    answers.forEach(Runnable::run);
  }

  /** Refuses those who have changed something; gives the others. */
  List<Request> refuse(StoreException no) {
    if (no.inDoubt()) {
      DreamkeeperException doubt = refusal(no, "; what was asked for may stand all the same");
      changing.forEach(request -> request.failInDoubt(doubt));
    } else {
      DreamkeeperException failed = refusal(no, "; nothing was changed");
      changing.forEach(request -> request.fail(failed));
    }
    return others;
  }

  static DreamkeeperException refusal(StoreException no, String outcome) {
    return new DreamkeeperException(no.code(), no.getMessage() + outcome);
  }
}
