package org.dreamkeeper.node.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.RepeatedFailureLog;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.postgres.NodeTable;
import org.slf4j.Logger;

/**
 * A node among those of one database.
 *
 * <ol>
 *   <li>Each second it beats in its own row, and looks at all, in one statement; one that is lost
 *       is soon sent again. No beat waits for what is done about the look before.
 *   <li>Who does not beat any more is taken out, on the condition that he still has not; what he
 *       served is then anybody's.
 *   <li>While its own beats have not come through for {@link #SILENT_MS}, and one has failed a
 *       moment ago, it must not serve: others wait for {@link Beats#LOOKS} seconds at least. That
 *       it has only come to its beats late is no sign of that, for it may be all that was late.
 *   <li>When others have taken it out, it has lost all that it served, and enters anew.
 * </ol>
 *
 * <p>Confined to one context, but for {@link #obstacle}.
 */
public final class Membership {
  private static final Logger LOG = Log.of(Membership.class);
  private static final long LOOK_MS = 1_000;
  private static final long RETRY_MS = 200;
  private static final long SILENT_MS = 3_000;

  /** How long after a failure another beat may still come through. */
  private static final long MOMENT_MS = 500;

  /** What is done at each look. */
  public interface Looked {
    /** Sees what is there; shown anew after the future has completed. */
    Future<Void> see(NodeLook look);

    /** Hears that all is lost which the node served; it is entered anew then. */
    Future<Void> expelled();
  }

  private final NodeTable table;
  private final Time time;
  private final boolean serves;
  private final JsonObject about;
  private final Beats beats = new Beats();
  private final RepeatedFailureLog unseen;
  private final RepeatedFailureLog unplaced;
  private volatile String id;
  private volatile long beatenNanos;

  /** When a beat failed first since one came through; null if none did. */
  private volatile Long failedNanos;

  private Looked looked;
  private String project;
  private Runnable next = () -> {};
  private Future<NodeLook> looking = Future.failedFuture("not yet");
  private Future<Void> acting = Future.succeededFuture();
  private boolean stopping;
  private boolean left;

  /**
   * Makes one that has not entered yet.
   *
   * @param serves whether it takes any project
   * @param about what it tells of itself
   */
  public Membership(NodeTable table, Time time, boolean serves, Whereabouts about) {
    this.table = table;
    this.time = time;
    this.serves = serves;
    this.about = about.toJson();
    this.unseen = new RepeatedFailureLog(LOG, "this node's beats do not reach the database");
    this.unplaced =
        new RepeatedFailureLog(LOG, "this node cannot take or give projects for the moment");
  }

  /** Enters; {@link #watch} is to follow. */
  public Future<Void> enter() {
    String entered = UUID.randomUUID().toString();
    long begun = time.nanos();
    return table
        .enter(entered, serves, about)
        .onSuccess(
            done -> {
              id = entered;
              beatenNanos = begun;
            });
  }

  /** Begins to look, each second; also at a project that not all may serve, or null. */
  public void watch(Looked each, String own) {
    looked = each;
    project = own;
    look();
  }

  /** The node's id: another one each time that it enters. */
  public String id() {
    return id;
  }

  /** Says why the node must not serve now, or null. Safe from any thread. */
  public String obstacle() {
    Long failed = failedNanos;
    return failed != null && time.nanos() - failed > MOMENT_MS * 1_000_000 && !beats()
        ? "its beats do not reach the database, so another node may serve"
        : null;
  }

  /**
   * Says whether its beats come through. If they do not, the node may have been taken out without
   * having heard of it, be it that it is cut off or was paused.
   */
  boolean beats() {
    return time.nanos() - beatenNanos <= SILENT_MS * 1_000_000;
  }

  private void look() {
    if (left) {
      return;
    }
    long begun = time.nanos();
    // What is done about a look may take long: the beats do not wait for it, and what was seen
    // before it ended is old.
    boolean acts = acting.isComplete();
    looking =
        table
            .look(id, project)
            .onSuccess(look -> beaten(look, begun))
            .onFailure(this::unbeaten)
            .onSuccess(
                look -> {
                  if (acts && !left) {
                    acting = act(look).onComplete(this::acted).otherwiseEmpty();
                  }
                });
  }

  private void beaten(NodeLook look, long begun) {
    unseen.over();
    failedNanos = null;
    if (look.member()) {
      beatenNanos = begun;
    }
    next = time.schedule(LOOK_MS, this::look);
  }

  private void unbeaten(Throwable failure) {
    beats.blind();
    if (!stopping) {
      unseen.failed(failure.getMessage());
    }
    if (failedNanos == null) {
      failedNanos = time.nanos();
    }
    next = time.schedule(RETRY_MS, this::look);
  }

  private void acted(AsyncResult<Void> end) {
    if (end.succeeded()) {
      unplaced.over();
    } else if (!stopping) {
      unplaced.failed(end.cause().getMessage());
    }
  }

  private Future<Void> act(NodeLook look) {
    if (!look.member()) {
      LOG.warn("others took this node for dead: it has lost what it served, and joins anew");
      return looked.expelled().compose(lost -> enter());
    }
    List<Node> dead = beats.looked(look.nodes(), id);
    List<Node> gone = new ArrayList<>();
    return AsyncLoop.forEach(dead, each -> bury(each, gone))
        .compose(buried -> looked.see(look.without(gone)));
  }

  private Future<Void> bury(Node dead, List<Node> gone) {
    return table
        .bury(dead.id(), dead.beat())
        .onSuccess(
            done -> {
              if (done) {
                gone.add(dead);
                LOG.warn(
                    "{} has not given a sign of life for {} s: what it served is taken over",
                    dead.who(),
                    Beats.LOOKS);
              }
            })
        .mapEmpty();
  }

  /** Takes no more projects; it still lives. Never fails. */
  Future<Void> drain() {
    // Vert.x, when it closes, ends all connections; new ones are opened.
    stopping = true;
    return (id == null ? Future.<Void>succeededFuture() : table.drain(id)).otherwiseEmpty();
  }

  /** Ends the looks, and takes the node out; never fails. */
  public Future<Void> leave() {
    stopping = true;
    left = true;
    next.run();
    return looking
        .transform(end -> acting)
        .transform(end -> id == null ? Future.succeededFuture() : table.leave(id))
        // Vert.x, when it closes, ends connections with what is under way on them.
        .recover(lost -> table.leave(id))
        .transform(end -> Future.succeededFuture());
  }

  /** Says who serves a project, for a person. */
  static Optional<Node> server(NodeLook look, String project) {
    List<String> ids =
        look.projects().stream()
            .filter(each -> each.name().equals(project) && each.node() != null)
            .map(NodeLook.Placed::node)
            .toList();
    return look.nodes().stream().filter(node -> ids.contains(node.id())).findFirst();
  }
}
