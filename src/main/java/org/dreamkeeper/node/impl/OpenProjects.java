package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.bus.impl.async.Bulkhead;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.store.InUseException;
import org.slf4j.Logger;

/**
 * The projects that are open on this node, and those that are being opened or closed. What cannot
 * be opened is given back, and not tried again for a while. Confined to one context.
 */
public final class OpenProjects {
  private static final Logger LOG = Log.of(OpenProjects.class);

  /** How many are opened at a time. */
  static final int AT_ONCE = 6;

  /** Opens a project for a node, with the settings that stand in the database. */
  public interface Opener {
    Future<Hosted> open(String node, String project, JsonObject settings);
  }

  /** Hears of one that is open now. */
  interface Listener {
    void serving(String project, long term);
  }

  /** One that is this node's; not open while it opens or closes. */
  private static final class Slot {
    Hosted open;
    long askedNanos;
    Future<Void> closing;
  }

  private final NodeTable table;
  private final Membership membership;
  private final Time time;
  private final Opener opener;
  private final Listener listener;
  private final Map<String, Slot> slots = new HashMap<>();
  private final Backoffs backoffs;
  private final Bulkhead openings = new Bulkhead(AT_ONCE);
  private boolean stopping;

  OpenProjects(
      NodeTable table, Membership membership, Time time, Opener opener, Listener listener) {
    this.table = table;
    this.membership = membership;
    this.time = time;
    this.backoffs = new Backoffs(time);
    this.opener = opener;
    this.listener = listener;
  }

  /** Gives what is open under that term; null if it is not. */
  Hosted get(String project, long term) {
    Slot slot = slots.get(project);
    if (slot == null || slot.open == null || slot.open.term() != term) {
      return null;
    }
    slot.askedNanos = time.nanos();
    return slot.open;
  }

  /** Tells whether it is that which is open. */
  boolean isOpen(String project, Hosted hosted) {
    Slot slot = slots.get(project);
    return slot != null && slot.open == hosted;
  }

  /** Names all, and those that are not to be tried now. */
  Set<String> unclaimable() {
    Set<String> all = new HashSet<>(backoffs.running());
    all.addAll(slots.keySet());
    return all;
  }

  /** Names what is open. */
  List<String> names() {
    return slots.keySet().stream().filter(each -> slots.get(each).open != null).toList();
  }

  /** Names the one that is open and was asked for the longest ago. */
  Optional<String> idlest() {
    long now = time.nanos();
    return names().stream().min(Comparator.comparingLong(each -> slots.get(each).askedNanos - now));
  }

  /** Opens one; at another look, if it is still closing from before. */
  void open(String project) {
    if (!stopping && !slots.containsKey(project)) {
      slots.put(project, new Slot());
      openings.run(() -> begin(membership.id(), project));
    }
  }

  /** Opens one, unless it is; tells the database again that it is, if it has another term. */
  void openOrTell(String project, long term) {
    Slot slot = slots.get(project);
    if (slot == null) {
      open(project);
    } else if (slot.open != null && slot.open.term() != term && slot.open.lost() == null) {
      tell(membership.id(), project, slot.open);
    }
  }

  private Future<Void> begin(String me, String project) {
    if (stopping) {
      return Future.succeededFuture();
    }
    return table
        .settings(project)
        .compose(settings -> opener.open(me, project, settings))
        .compose(hosted -> opened(me, project, hosted))
        .onFailure(failure -> notOpened(me, project, failure));
  }

  private Future<Void> opened(String me, String project, Hosted hosted) {
    Slot slot = slots.get(project);
    slot.open = hosted;
    slot.askedNanos = time.nanos();
    backoffs.end(project);
    if (stopping || !me.equals(membership.id())) {
      return close(project);
    }
    listener.serving(project, hosted.term());
    LOG.info("{} is served by this node", project);
    return tell(me, project, hosted);
  }

  /** Others hear it by a message; this is for those who do not. What is lost is told again. */
  private Future<Void> tell(String me, String project, Hosted hosted) {
    return table
        .serving(me, project, hosted.term())
        .onFailure(
            no -> LOG.warn("{}: who serves it is told again soon: {}", project, no.getMessage()))
        .otherwiseEmpty();
  }

  private void notOpened(String me, String project, Throwable failure) {
    slots.remove(project);
    if (failure.getCause() instanceof InUseException) {
      return;
    }
    long ms = backoffs.begin(project);
    String why = failure.getMessage();
    LOG.warn("{} is not served here for the next {} s: {}", project, ms / 1_000, why);
    table.pass(project, me, null).onFailure(no -> LOG.debug("{} is not given back", project, no));
  }

  /** Closes one that is open; completes when it is. */
  Future<Void> close(String project) {
    Slot slot = slots.get(project);
    if (slot == null || (slot.open == null && slot.closing == null)) {
      return Future.succeededFuture();
    }
    if (slot.closing == null) {
      Hosted open = slot.open;
      slot.open = null;
      slot.closing = open.close().onComplete(end -> slots.remove(project, slot));
    }
    return slot.closing;
  }

  /** Closes what is another node's by now. */
  void closeAllBut(Set<String> mine) {
    for (String project : names()) {
      if (!mine.contains(project)) {
        LOG.warn("{} is another node's now", project);
        close(project);
      }
    }
  }

  /** Opens nothing from now on. */
  void stopOpening() {
    stopping = true;
  }

  boolean stopping() {
    return stopping;
  }
}
