package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.store.StoreException;

/**
 * Connections to a database, a few, opened when they are needed. Each carries one statement at a
 * time, which has its time; then the connection is closed, which ends the statement on our side,
 * and a new one is opened. (The client's pool would wait for a lost answer for ever.)
 *
 * <p>A quarter of them is for what comes first: what many wait for need not stand in line with
 * them.
 *
 * <p>Whoever asks gets a connection of his own event loop if there is one, or may be one more: what
 * is asked and answered then changes no thread. Futures complete on the caller's context, and fail
 * with a {@link DatabaseFailure}. Safe from any thread.
 */
final class Database {
  private static final int FIRST_SHARE = 4;

  /** A connection, and the event loop that it lives on. */
  private record Link(PgConnection connection, Thread loop) {}

  private final Vertx vertx;
  private final PgConnectOptions connect;
  private final int statementMs;
  private final int connections;
  private final int kept;
  private final Turns turns;
  private final Turns firstTurns;

  /** Guarded by this, as all below. The one that was used last comes first. */
  private final Deque<Link> idle = new ArrayDeque<>();

  private int opened;
  private volatile boolean closed;

  /** Makes one of that many connections at most, and that time for each statement. */
  Database(Vertx vertx, PgConnectOptions connect, int statementMs, int connections) {
    this.vertx = vertx;
    this.connect = connect;
    this.statementMs = statementMs;
    this.connections = connections;
    this.kept = connections / FIRST_SHARE;
    this.turns = new Turns(vertx, statementMs, connections - kept);
    this.firstTurns = kept == 0 ? turns : new Turns(vertx, statementMs, kept);
  }

  Vertx vertx() {
    return vertx;
  }

  /** Names it, without credentials. */
  String place() {
    return PgOptions.place(connect);
  }

  /** Makes of the database's failure what a caller hears. */
  <T> Future<T> told(Future<T> asked) {
    return asked.recover(
        failure ->
            Future.failedFuture(
                !(failure instanceof DatabaseFailure no)
                    ? failure
                    : no.kind() == Kind.REFUSED
                        ? new StoreException(no.getMessage(), false)
                        : new UnreachableException(place() + ": " + no.getMessage())));
  }

  /** Opens a connection, which the caller closes. */
  Future<PgConnection> open() {
    Future<PgConnection> opening = PgConnection.connect(vertx, connect);
    return limited(opening)
        .recover(
            failure -> {
              opening.onSuccess(PgConnection::close);
              return Future.failedFuture(
                  new DatabaseFailure(
                      Kind.UNSENT,
                      failure instanceof TimeoutException
                          ? "no connection within " + statementMs + " ms"
                          : DatabaseFailure.reason(failure)));
            });
  }

  private <T> Future<T> limited(Future<T> sent) {
    return sent.timeout(statementMs, TimeUnit.MILLISECONDS);
  }

  /** Waits for what was sent. */
  <T> Future<T> answer(Future<T> sent) {
    return limited(sent)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof TimeoutException
                        ? new DatabaseFailure(
                            Kind.UNKNOWN, "no answer within " + statementMs + " ms")
                        : DatabaseFailure.of(failure)));
  }

  /** Carries out one statement, prepared, on any connection. */
  Future<RowSet<Row>> ask(String sql, Object... values) {
    return ask(false, sql, values);
  }

  /** Carries out one; those that come first are what many wait for. */
  Future<RowSet<Row>> ask(boolean first, String sql, Object... values) {
    if (closed) {
      return Future.failedFuture(new DatabaseFailure(Kind.UNSENT, "it is closed"));
    }
    Turns its = first ? firstTurns : turns;
    Future<RowSet<Row>> answer =
        its.take().compose(mine -> askOne(sql, Tuple.from(values)).onComplete(end -> its.give()));
    return Future.fromCompletionStage(answer.toCompletionStage(), vertx.getOrCreateContext());
  }

  private Future<RowSet<Row>> askOne(String sql, Tuple values) {
    return take()
        .compose(
            link ->
                answer(link.connection().preparedQuery(sql).execute(values))
                    .onComplete(end -> give(link, DatabaseFailure.answered(end))));
  }

  private Future<Link> take() {
    Thread loop = Thread.currentThread();
    synchronized (this) {
      Link near = idle.stream().filter(each -> each.loop() == loop).findFirst().orElse(null);
      Link link = near == null && opened == connections ? idle.peek() : near;
      if (link != null) {
        idle.remove(link);
        return Future.succeededFuture(link);
      }
      opened++;
    }
    return open()
        .map(
            connection -> {
              Link link = new Link(connection, loop);
              connection.closeHandler(end -> forget(link));
              return link;
            })
        .onFailure(
            none -> {
              synchronized (this) {
                opened--;
              }
            });
  }

  private synchronized void forget(Link link) {
    if (idle.remove(link)) {
      opened--;
    }
  }

  private void give(Link link, boolean sound) {
    synchronized (this) {
      if (sound) {
        idle.push(link);
        return;
      }
      opened--;
    }
    link.connection().close();
  }

  /** Ends the connections when what is under way is done; never fails. */
  Future<Void> close() {
    closed = true;
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      all.add((i < kept ? firstTurns : turns).take());
    }
    return Future.join(all)
        .transform(done -> limited(Future.join(closing())))
        .transform(end -> Future.succeededFuture());
  }

  private synchronized List<Future<Void>> closing() {
    return idle.stream().map(each -> each.connection().close()).toList();
  }
}
