package org.dreamkeeper.postgres;

import static org.dreamkeeper.Requests.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.pgclient.PgConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a store and its database, and lets pass what it is told to. */
public final class Proxy {
  /** What becomes of what comes along. */
  public enum Mode {
    /** It passes. */
    PASS,
    /** It passes, a while later. */
    LATE,
    /** Who waits for an answer is cut off when it comes, and nobody new gets through. */
    DEAF,
    /** What is asked is kept until it is delivered. */
    HELD,
    /** Nothing passes, and nobody hears of it. */
    HOLE,
    /** What is connected is cut off, and nobody new gets through. */
    CUT
  }

  private static final long LATE_MS = 50;

  /** Outlives what is served through it: who stops still has something to say. */
  private static final Vertx VERTX = Vertx.vertx();

  private final NetServer server;
  private final PgConnectOptions to;
  private final Set<NetSocket> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger asking = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicInteger answering = new AtomicInteger(Integer.MAX_VALUE);
  private final Map<NetSocket, Buffer> held = new ConcurrentHashMap<>();
  private volatile Mode mode = Mode.PASS;

  /** Stands before the database of a URI. */
  public Proxy(String uri) {
    this.to = PgConnectOptions.fromUri(uri);
    this.server = await(VERTX.createNetServer().connectHandler(this::join).listen(0, "127.0.0.1"));
  }

  /** The database's URI, through here. */
  public String uri() {
    return "postgresql://%s:%s@127.0.0.1:%d/%s"
        .formatted(to.getUser(), to.getPassword(), server.actualPort(), to.getDatabase());
  }

  /** Lets so many bytes of answers pass, and cuts off who gets the next one. */
  void cutAnswersAfter(int bytes) {
    answering.set(bytes);
  }

  /** Lets so many bytes of what is asked pass, and cuts off who asks the next one. */
  void cutRequestsAfter(int bytes) {
    asking.set(bytes);
  }

  /** How many answers and requests were cut off. */
  int cuts() {
    return cuts.get();
  }

  /** How often something was asked. */
  public int asked() {
    return asked.get();
  }

  /** Tells whether something is kept that is so long. */
  boolean holds(int bytes) {
    return held.values().stream().anyMatch(each -> each.length() >= bytes);
  }

  /** Delivers what is kept, though who asked may be gone; completes when the database is done. */
  Future<?> deliver() {
    List<Future<?>> done = new ArrayList<>();
    held.forEach(
        (database, bytes) -> {
          Promise<Void> closed = Promise.promise();
          database.closeHandler(end -> closed.complete());
          database.end(bytes);
          done.add(closed.future());
        });
    return Future.join(done);
  }

  public void set(Mode next) {
    mode = next;
    if (next == Mode.CUT) {
      clients.forEach(NetSocket::close);
    }
  }

  private void join(NetSocket client) {
    if (mode == Mode.CUT || mode == Mode.DEAF) {
      client.close();
      return;
    }
    client.pause();
    VERTX
        .createNetClient()
        .connect(to.getPort(), to.getHost())
        .onSuccess(
            database -> {
              clients.add(client);
              client.closeHandler(
                  end -> {
                    clients.remove(client);
                    if (!held.containsKey(database)) {
                      database.close();
                    }
                  });
              database.closeHandler(end -> client.close());
              client.handler(bytes -> forward(bytes, client, database));
              database.handler(bytes -> answer(bytes, client));
              client.resume();
            })
        .onFailure(failure -> client.close());
  }

  private void forward(Buffer bytes, NetSocket client, NetSocket database) {
    asked.incrementAndGet();
    if (mode == Mode.LATE) {
      VERTX.setTimer(LATE_MS, late -> database.write(bytes));
    } else if (mode == Mode.HELD) {
      held.merge(database, bytes, (before, more) -> before.copy().appendBuffer(more));
    } else if (mode != Mode.HOLE) {
      pass(bytes, database, asking, client);
    }
  }

  private void answer(Buffer bytes, NetSocket client) {
    if (mode == Mode.DEAF) {
      cuts.incrementAndGet();
      client.close();
    } else if (mode != Mode.HOLE) {
      pass(bytes, client, answering, client);
    }
  }

  private void pass(Buffer bytes, NetSocket to, AtomicInteger passing, NetSocket client) {
    int left = passing.get();
    if (bytes.length() <= left) {
      passing.set(left == Integer.MAX_VALUE ? left : left - bytes.length());
      to.write(bytes);
    } else {
      passing.set(Integer.MAX_VALUE);
      to.write(bytes.slice(0, left)).onComplete(end -> client.close());
      cuts.incrementAndGet();
    }
  }
}
