package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Bulkhead;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeTable;

/**
 * Which projects this node serves.
 *
 * <ol>
 *   <li>At each look it claims what nobody serves, up to its fair share, and opens what is its own.
 *   <li>It closes what is another's.
 *   <li>Where another node has fewer by two at least, it gives away one after the other, those
 *       first that were asked for the longest ago.
 *   <li>When it stops it gives all away, a few at a time.
 * </ol>
 *
 * <p>Confined to one context.
 */
final class Hosting implements Membership.Looked {
  private static final long BALANCE_MS = 1_000;

  private final NodeTable table;
  private final Membership membership;
  private final Time time;
  private final OpenProjects projects;
  private final Heirs heirs;

  /** No more at a time than an heir opens at once: none stands in line while nobody serves it. */
  private final Bulkhead handOvers = new Bulkhead(OpenProjects.AT_ONCE);

  private NodeLook last = new NodeLook(true, List.of(), List.of());
  private Predicate<NodeLook.Node> reached = node -> true;

  Hosting(NodeTable table, Membership membership, Time time, OpenProjects projects, Heirs heirs) {
    this.table = table;
    this.membership = membership;
    this.time = time;
    this.projects = projects;
    this.heirs = heirs;
  }

  /** Sets which nodes the bus reaches: others are given nothing. */
  void reaches(Predicate<NodeLook.Node> which) {
    reached = which;
  }

  @Override
  public Future<Void> see(NodeLook look) {
    last = look;
    if (projects.stopping()) {
      return Future.succeededFuture();
    }
    String me = membership.id();
    Map<String, Long> mine =
        look.projects().stream()
            .filter(each -> me.equals(each.node()))
            .collect(Collectors.toMap(NodeLook.Placed::name, NodeLook.Placed::term));
    projects.closeAllBut(mine.keySet());
    mine.forEach(projects::openOrTell);
    Shares shares = new Shares(look, reached);
    int most = shares.claimable(me);
    if (most == 0) {
      return balance(me, shares);
    }
    return table
        .claim(me, most, List.of(), projects.unclaimable())
        .onSuccess(all -> all.forEach(projects::open))
        .mapEmpty();
  }

  /** Gives one to who has fewer; goes on for a while, one after the other, if it has too many. */
  private Future<Void> balance(String me, Shares shares) {
    long end = time.nanos() + BALANCE_MS * 1_000_000;
    return AsyncLoop.whileTrue(
        () -> {
          String heir = shares.heir(me, false);
          String idlest = projects.idlest().orElse(null);
          if (projects.stopping() || heir == null || idlest == null) {
            return Future.succeededFuture(false);
          }
          shares.give(me, heir);
          return give(idlest, heir).map(given -> shares.above(me) && time.nanos() - end < 0);
        });
  }

  /** Completes when the heir serves, or has had the time for it; never fails. */
  private Future<Void> give(String project, String heir) {
    String me = membership.id();
    return projects
        .close(project)
        .compose(closed -> heir == null ? Future.succeededFuture() : heirs.pass(project, me, heir))
        .otherwiseEmpty();
  }

  @Override
  public Future<Void> expelled() {
    projects.closeAllBut(Set.of());
    return Future.succeededFuture();
  }

  /** Gives all that is open to the others, and opens nothing from now on; never fails. */
  Future<Void> drain() {
    projects.stopOpening();
    Shares shares = new Shares(last, reached);
    List<Future<?>> given = new ArrayList<>();
    for (String project : projects.names()) {
      String heir = shares.heir(membership.id(), true);
      if (heir != null) {
        shares.give(membership.id(), heir);
      }
      given.add(handOvers.run(() -> give(project, heir)));
    }
    return Future.join(given).transform(end -> Future.succeededFuture());
  }
}
