package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.node.impl.LoneNode;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.PgProjects;
import org.dreamkeeper.postgres.UnreachableException;
import org.dreamkeeper.store.InUseException;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StoreException;

/**
 * A project that nobody serves, while something is done to it as a whole. It is claimed as by who
 * serves it; of a directory that is only read, not even the claim is written.
 */
record IdleProject(Vertx vertx, DreamkeeperOptions options) {
  /** Does something to the rows of a project, by the node that has it. */
  interface RowWork<T> {
    Future<T> with(NodeTable table, PgProjects projects, String node);
  }

  /** Names it for a person. */
  String place() {
    return options.getPostgres() == null
        ? options.place()
        : options.getAddress() + " in " + options.place();
  }

  /** Makes a refusal that begins with its place. */
  DreamkeeperException refusal(String why) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, place() + " " + why);
  }

  /** Opens it for reading; fails if there is none. */
  <T> Future<T> read(Function<ProjectStore, Future<T>> work) {
    return options.getPostgres() == null
        ? directory(Machine.REAL.preview(), work)
        : database(false, work);
  }

  /** Opens it for changes; makes it if it is missing. */
  <T> Future<T> change(Function<ProjectStore, Future<T>> work) {
    return options.getPostgres() == null ? directory(Machine.REAL, work) : database(true, work);
  }

  private Opening opening() {
    return Opening.of(vertx, Time.system(vertx), options);
  }

  private <T> Future<T> directory(Machine machine, Function<ProjectStore, Future<T>> work) {
    return with(
        Placement.of(vertx, machine, options, Placement.Taking.WAIT, null).open(opening()), work);
  }

  private <T> Future<T> with(
      Future<? extends ProjectStore> opening, Function<ProjectStore, Future<T>> work) {
    return opening
        .<T>compose(store -> work.apply(store).eventually(store::close))
        .recover(failure -> Future.failedFuture(told(failure)));
  }

  /** Does something to its rows; fails where there are none, unless they may be made. */
  <T> Future<T> rows(boolean made, RowWork<T> work) {
    LoneNode node = Placement.lone(vertx, options, null);
    PgProjects projects = new PgProjects(node.table());
    return projects
        .exists(options.getAddress())
        .compose(
            there ->
                there || made
                    ? node.claimUnlessServed(Placement.settings(options))
                    : Future.failedFuture(refusal("is not there")))
        .compose(
            id ->
                work.with(node.table(), projects, id)
                    // Who serves it next says what its settings are.
                    .eventually(() -> projects.forgetSettings(options.getAddress(), id)))
        .recover(failure -> Future.failedFuture(told(failure)))
        .eventually(node::close);
  }

  private <T> Future<T> database(boolean made, Function<ProjectStore, Future<T>> work) {
    return rows(
        made,
        (table, projects, node) ->
            with(opening().postgres(table, node, options.getAddress()), work));
  }

  private DreamkeeperException told(Throwable failure) {
    return told(place(), failure);
  }

  /** Makes what a caller hears of a failure. */
  static DreamkeeperException told(String place, Throwable failure) {
    if (failure instanceof InUseException) {
      return new DreamkeeperException(FailureCode.BUSY, failure.getMessage());
    }
    if (failure instanceof StoreException no) {
      return new DreamkeeperException(FailureCode.STORAGE_FAILED, place + ": " + no.getMessage());
    }
    if (failure instanceof UnreachableException) {
      return new DreamkeeperException(FailureCode.STORAGE_FAILED, failure.getMessage());
    }
    return DreamkeeperException.of(failure);
  }
}
