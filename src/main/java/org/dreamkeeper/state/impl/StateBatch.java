package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StoredState.Document;
import org.slf4j.Logger;

/**
 * Requests as they are decided one after the other, each on what those before it left. Nobody is
 * told, and nothing is remembered, before the store has said yes.
 */
final class StateBatch {
  private static final Logger LOG = Log.of(StateBatch.class);

  private static final Set<String> ABOUT_A_DREAM = Set.of("recordDream", "forgetDream");

  /** The others only count, or take away. */
  private static final Set<String> GROWING =
      Set.of("write", "update", "addPendingMerges", "enqueueStaleSummaryPaths");

  /**
   * What was decided on a request.
   *
   * @param changed whether it changed the state
   * @param answer answers it
   */
  record Decision(Request request, boolean changed, Runnable answer) {}

  private final Project project;
  private final String place;
  private final Given given;
  private final List<Decision> decisions = new ArrayList<>();
  private final List<JsonObject> changes = new ArrayList<>();
  private KnownState known;
  private State state;
  private Revision revision;
  private boolean commits;

  /** Begins with what is known of what stands; {@code place} is where a person finds it. */
  StateBatch(Project project, String place, KnownState known, Given given) {
    this.project = project;
    this.place = place;
    this.known = known;
    this.given = given;
    this.state = known.decoded().state();
    this.revision = known.revision();
  }

  /** Records a dream that only the log knows, then decides on each request in order. */
  void decide(List<Request> requests) {
    recordMissed();
    for (Request request : requests) {
      try {
        decisions.add(decide(request));
      } catch (DreamkeeperException refusal) {
        decisions.add(new Decision(request, false, () -> request.fail(refusal)));
      } catch (Throwable bug) {
        LogKeys.request(LOG.atError(), request)
            .setCause(bug)
            .log("{} could not be carried out", request.action());
        decisions.add(
            new Decision(request, false, () -> request.fail(DreamkeeperException.of(bug))));
      }
    }
  }

  private void recordMissed() {
    if (!given.certain() || given.noWrites() != null || known.decoded().untouchable()) {
      return;
    }
    JsonObject missing = given.facts().missing(state);
    if (missing != null) {
      become(StateActions.recordMissed(state, missing, given.now()));
      changes.add(changed("recordDream").put("logId", missing.getString("id")));
    }
  }

  private void become(State next) {
    state = next;
    revision = revision.next();
    commits = true;
  }

  private JsonObject changed(String action) {
    return new JsonObject().put("action", action).put("revision", revision.text());
  }

  private Decision decide(Request request) {
    if (request.action().equals(StateActions.GATES)) {
      return judge(request);
    }
    if (request.writes()) {
      admit(request);
    }
    boolean asStored = state == known.decoded().state();
    StateActions.Outcome outcome =
        new StateActions(state, !asStored || known.sound(), given.now())
            .carryOut(request.action(), request.body());
    boolean changes = outcome.state() != state;
    if (changes && GROWING.contains(request.action())) {
      checkSize(outcome.state());
    }
    boolean confirms = request.writes() && known.unsure();
    if ((changes || confirms) && given.noWrites() != null) {
      throw given.noWrites();
    }
    commits |= confirms;
    if (changes) {
      become(outcome.state());
      tellChange(request);
    }
    boolean degraded = outcome.reply() == null && asStored && !changes;
    JsonObject reply = outcome.reply() == null ? state.reply() : outcome.reply();
    Map<String, String> headers = headers(degraded ? known.decoded().degraded() : null);
    return new Decision(request, changes, () -> request.reply(reply, headers));
  }

  private Map<String, String> headers(String degraded) {
    return degraded == null
        ? Map.of("revision", revision.text())
        : Map.of("revision", revision.text(), "degraded", degraded);
  }

  private void admit(Request request) {
    Fence.check(request, given.holder());
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

  private void checkSize(State next) {
    long held = next.held();
    String excess = project.budget().excess(held);
    // One that has outgrown it, by other hands, may still shrink.
    if (excess != null && held > state.held()) {
      throw new DreamkeeperException(FailureCode.TOO_LARGE, "the state then " + excess);
    }
  }

  private void tellChange(Request request) {
    JsonObject told = changed(request.action());
    if (request.token() != null) {
      told.put("token", request.token());
    }
    if (ABOUT_A_DREAM.contains(request.action())) {
      told.put("logId", request.body().getString("logId"));
    }
    changes.add(told);
  }

  private Decision judge(Request request) {
    Fence.check(request, given.holder());
    boolean asStored = state == known.decoded().state();
    DecodedState decoded = asStored ? known.decoded() : DecodedState.good(state);
    JsonObject body = request.body();
    GateRules rules =
        new GateRules(place, decoded, given.facts(), body, request.token() != null, given.now());
    JsonObject reply =
        JudgedGate.reply(rules.judge()).put("lastAskedAt", given.facts().lastAskedAt());
    Map<String, String> headers = headers(null);
    JsonObject closed = reply.getJsonObject("closed");
    boolean told = closed != null && !body.getBoolean("quiet", false);
    return new Decision(
        request,
        false,
        () -> {
          if (told) {
            project.events().publish("dream.skipped", closed);
          }
          request.reply(reply, headers);
        });
  }

  /** What the store is to do, once for all of them. */
  StateChange<StateBatch> change() {
    if (!commits) {
      return new StateChange<>(this, null, null);
    }
    DecodedState before = known.decoded();
    Document next =
        state == before.state()
            ? (Document) known.stored()
            : new Document(new JsonObject(state.fields()));
    known = new KnownState(next, DecodedState.good(state), revision, false);
    return new StateChange<>(
        this, next, before.corrupt() ? name -> wasSetAside(name, before) : null);
  }

  private void wasSetAside(String name, DecodedState corrupt) {
    LOG.warn("{} {} was set aside as {}", project.address("state"), place, name);
    project
        .events()
        .publish(
            "state.quarantined",
            new JsonObject()
                .put("file", name)
                .put("kept", new JsonArray(corrupt.kept()))
                .put("dropped", new JsonArray(corrupt.dropped())));
  }

  /** What is known once the store has said yes. */
  KnownState known() {
    return known;
  }

  /** What is told of each change then. */
  List<JsonObject> changes() {
    return changes;
  }

  List<Decision> decisions() {
    return decisions;
  }
}
