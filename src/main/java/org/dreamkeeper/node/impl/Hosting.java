package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.store.InUseException;
import org.slf4j.Logger;

/**
 * The projects that this node serves.
 *
 * <ol>
 *   <li>At each look it claims what nobody serves, up to its fair share, and opens what is its own.
 *   <li>It closes what is another's.
 *   <li>Where another node has fewer by two at least, it gives one away, the one that was asked for
 *       the longest ago; the next one at the next look.
 *   <li>What cannot be opened it gives back, and does not try again for a while.
 *   <li>When it stops it gives all away, a few at a time.
 * </ol>
 *
 * <p>Confined to one context.
 */
public final class Hosting implements Membership.Looked {
  private static final Logger LOG = Log.of(Hosting.class);
  private static final int AT_ONCE = 6;

  /** Opens a project for a node, with the settings that stand in the database. */
  public interface Opener {
    Future<Hosted> open(String node, String project, JsonObject settings);
  }

  /** Hears what this node does. */
  interface Listener {
    void serving(String project, long term);

    void passed(String project, String to);
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
  private final Bulkhead handOvers = new Bulkhead(AT_ONCE);
  private final Heirs heirs;
  private NodeLook last = new NodeLook(true, List.of(), List.of());
  private Predicate<NodeLook.Node> reached = node -> true;
  private boolean stopping;

  Hosting(NodeTable table, Membership membership, Time time, Opener opener, Listener listener) {
    this.table = table;
    this.membership = membership;
    this.time = time;
    this.backoffs = new Backoffs(time);
    this.opener = opener;
    this.listener = listener;
    this.heirs = new Heirs(table, time, listener);
  }

  /** Gives what this node serves under that term; null if it does not. */
  Hosted hosted(String project, long term) {
    Slot slot = slots.get(project);
    if (slot == null || slot.open == null || slot.open.term() != term) {
      return null;
    }
    slot.askedNanos = time.nanos();
    return slot.open;
  }

  /** Says why this node must not serve now, or null. */
  String obstacle() {
    return membership.obstacle();
  }

  /** Sets which nodes the bus reaches: others are given nothing. */
  void reaches(Predicate<NodeLook.Node> which) {
    reached = which;
  }

  @Override
  public Future<Void> see(NodeLook look) {
    last = look;
    if (stopping) {
      return Future.succeededFuture();
    }
    String me = membership.id();
    Set<String> mine =
        look.projects().stream()
            .filter(each -> me.equals(each.node()))
            .map(NodeLook.Placed::name)
            .collect(Collectors.toSet());
    closeAllBut(mine);
    mine.forEach(this::open);
    Shares shares = Shares.of(look, reached);
    int most = shares.claimable(me);
    if (most > 0) {
      Set<String> except = backoffs.running();
      except.addAll(slots.keySet());
      return table
          .claim(me, most, List.of(), except)
          .onSuccess(all -> all.forEach(this::open))
          .mapEmpty();
    }
    String heir = shares.heir(me, false);
    return heir == null ? Future.succeededFuture() : giveOne(heir);
  }

  /** Opens what is this node's; later, if it is still closing from before. */
  void open(String project) {
    if (!stopping && !slots.containsKey(project)) {
      slots.put(project, new Slot());
      openings.run(() -> begin(membership.id(), project));
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
      return close(project, slot);
    }
    listener.serving(project, hosted.term());
    LOG.info("{} is served by this node", project);
    // Others hear it by a message; this is for those who do not.
    return table.serving(me, project, hosted.term()).otherwiseEmpty();
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

  /** Ends one; completes when it has. */
  private Future<Void> close(String project, Slot slot) {
    if (slot.closing == null) {
      Hosted open = slot.open;
      slot.open = null;
      slot.closing = open.close().onComplete(end -> slots.remove(project, slot));
    }
    return slot.closing;
  }

  private Future<Void> giveOne(String heir) {
    long now = time.nanos();
    return slots.entrySet().stream()
        .filter(each -> each.getValue().open != null)
        .min(Comparator.comparingLong(each -> each.getValue().askedNanos - now))
        .map(each -> give(each.getKey(), each.getValue(), heir))
        .orElse(Future.succeededFuture());
  }

  /** Completes when the heir serves, or has had the time for it; never fails. */
  private Future<Void> give(String project, Slot slot, String heir) {
    String me = membership.id();
    return close(project, slot)
        .compose(closed -> heir == null ? Future.succeededFuture() : heirs.pass(project, me, heir))
        .otherwiseEmpty();
  }

  /** Hears that another node serves a project. */
  void served(String project) {
    heirs.serving(project);
  }

  @Override
  public Future<Void> expelled() {
    closeAllBut(Set.of());
    return Future.succeededFuture();
  }

  private void closeAllBut(Set<String> mine) {
    slots.forEach(
        (project, slot) -> {
          if (slot.open != null && !mine.contains(project)) {
            LOG.warn("{} is another node's now", project);
            close(project, slot);
          }
        });
  }

  /**
   * Gives all that is open to the others, and opens nothing from now on; never fails. No more at a
   * time than heirs open at once, so that none stands in line while nobody serves it.
   */
  Future<Void> drain() {
    stopping = true;
    Map<String, Integer> counts = new HashMap<>(Shares.of(last, reached).counts());
    List<Future<?>> given = new ArrayList<>();
    for (String project : List.copyOf(slots.keySet())) {
      given.add(handOvers.run(() -> leave(project, counts)));
    }
    return Future.join(given).transform(end -> Future.succeededFuture());
  }

  private Future<Void> leave(String project, Map<String, Integer> counts) {
    Slot slot = slots.get(project);
    if (slot == null || slot.open == null) {
      return Future.succeededFuture();
    }
    String heir = new Shares(counts, Set.of(), 0, true).heir(membership.id(), true);
    if (heir != null) {
      counts.merge(heir, 1, Integer::sum);
    }
    return give(project, slot, heir);
  }
}
