package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
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
 * <p>Blocks: on a project's threads only.
 */
final class Database {
  private static final int FIRST_SHARE = 4;

  private final Vertx vertx;
  private final PgConnectOptions connect;
  private final int statementMs;
  private final Semaphore free;
  private final Semaphore first;

  /** Guarded by itself. The one that was used last comes first. */
  private final Deque<PgConnection> idle = new ArrayDeque<>();

  /** Makes one of that many connections at most, and that time for each statement. */
  Database(Vertx vertx, PgConnectOptions connect, int statementMs, int connections) {
    this.vertx = vertx;
    this.connect = connect;
    this.statementMs = statementMs;
    int kept = connections / FIRST_SHARE;
    this.free = new Semaphore(connections - kept, true);
    this.first = kept == 0 ? free : new Semaphore(kept, true);
  }

  /** Names it, without credentials. */
  String place() {
    return PgOptions.place(connect);
  }

  /** Makes what a caller hears of a failure. */
  RuntimeException refusal(DatabaseFailure failure) {
    return failure.kind() == Kind.REFUSED
        ? new StoreException(failure.getMessage(), false)
        : new UnreachableException(place() + ": " + failure.getMessage());
  }

  /** Does something; the database's failure is then what a caller hears of it. */
  <T> T told(Callable<T> task) throws Exception {
    try {
      return task.call();
    } catch (DatabaseFailure failure) {
      throw refusal(failure);
    }
  }

  /** Opens a connection, which the caller closes. */
  PgConnection open() throws DatabaseFailure {
    Future<PgConnection> opening = PgConnection.connect(vertx, connect);
    try {
      return await(opening);
    } catch (ExecutionException failure) {
      throw new DatabaseFailure(Kind.UNSENT, DatabaseFailure.reason(failure.getCause()));
    } catch (TimeoutException late) {
      opening.onSuccess(PgConnection::close);
      throw new DatabaseFailure(Kind.UNSENT, "no connection within " + statementMs + " ms");
    }
  }

  /** Carries out one statement, prepared, on any connection. */
  RowSet<Row> ask(String sql, Object... values) throws DatabaseFailure {
    return ask(free, sql, values);
  }

  /** Carries out one that many wait for. */
  RowSet<Row> askFirst(String sql, Object... values) throws DatabaseFailure {
    return ask(first, sql, values);
  }

  private RowSet<Row> ask(Semaphore permits, String sql, Object... values) throws DatabaseFailure {
    await(permits);
    try {
      return askOne(sql, values);
    } finally {
      permits.release();
    }
  }

  private void await(Semaphore permits) throws DatabaseFailure {
    try {
      if (permits.tryAcquire(statementMs, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    throw new DatabaseFailure(Kind.UNSENT, "all connections wait for answers");
  }

  private RowSet<Row> askOne(String sql, Object... values) throws DatabaseFailure {
    PgConnection connection = take();
    boolean sound = false;
    try {
      RowSet<Row> rows = ask(connection, sql, values);
      sound = true;
      return rows;
    } catch (DatabaseFailure failure) {
      sound = failure.kind() == Kind.REFUSED;
      throw failure;
    } finally {
      if (sound) {
        give(connection);
      } else {
        connection.close();
      }
    }
  }

  /** Carries out one statement, prepared, on that connection. */
  RowSet<Row> ask(PgConnection connection, String sql, Object... values) throws DatabaseFailure {
    return answer(connection.preparedQuery(sql).execute(Tuple.from(values)));
  }

  /** Waits for what was sent. */
  <T> T answer(Future<T> sent) throws DatabaseFailure {
    try {
      return await(sent);
    } catch (ExecutionException failure) {
      throw DatabaseFailure.of(failure.getCause());
    } catch (TimeoutException late) {
      throw new DatabaseFailure(Kind.UNKNOWN, "no answer within " + statementMs + " ms");
    }
  }

  private <T> T await(Future<T> future) throws ExecutionException, TimeoutException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(statementMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new TimeoutException();
    }
  }

  private PgConnection take() throws DatabaseFailure {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    PgConnection opened = open();
    opened.closeHandler(
        closed -> {
          synchronized (idle) {
            idle.remove(opened);
          }
        });
    return opened;
  }

  private void give(PgConnection connection) {
    synchronized (idle) {
      idle.push(connection);
    }
  }

  /** Closes them, and waits for that as long as for a statement; no call may be out. */
  void close() {
    List<Future<Void>> closing;
    synchronized (idle) {
      closing = idle.stream().map(PgConnection::close).toList();
      idle.clear();
    }
    try {
      await(Future.join(closing));
    } catch (ExecutionException | TimeoutException gone) {
      // Then the server ends them when it notices.
    }
  }
}
