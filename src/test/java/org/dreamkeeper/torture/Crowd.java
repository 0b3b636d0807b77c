package org.dreamkeeper.torture;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;

/**
 * Clients that write on and on, and tell a witness, line by line, what they ask for before they do,
 * and what was acknowledged: {@code ADD}, {@code ADDED} or {@code UNADDED <curations>}, {@code PUT}
 * or {@code STORED <id> <edition>}, {@code DREAMT <id> <startedAt> <curationsSeen>}; and {@code
 * BROKEN <why>} for a failure that nobody can expect.
 */
final class Crowd {
  private static final int EDITIONS = 5;
  private static final long BREATH_MS = 5;
  private static final int LONG_WAIT_MS = 60_000;

  /** What a service that stops, or is full, answers; the bus discards what it no longer takes. */
  private static final Set<Integer> LATER =
      Set.of(FailureCode.NOT_SERVING.code(), FailureCode.BUSY.code());

  private final Vertx vertx;
  private final Bus bus;
  private final Dreamkeeper keeper;
  private final Consumer<String> witness;
  private final Random random = new Random();
  private volatile boolean stopped;

  Crowd(Vertx vertx, Consumer<String> witness) {
    this.vertx = vertx;
    this.bus = new Bus(vertx);
    this.keeper = Dreamkeeper.client(vertx);
    this.witness = witness;
  }

  /** Lets them begin: an eighth dreams, in turn; half adds curations; the rest saves entries. */
  Future<Void> start(int clients) {
    stopped = false;
    List<Future<Void>> ends = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      ends.add(
          switch (i % 8) {
            case 0 -> repeat(this::dream);
            case 1, 3, 5, 7 -> repeat(this::add);
            default -> repeat(new Saver()::put);
          });
    }
    return Future.all(ends).mapEmpty();
  }

  /** Lets each finish what it is at; then the future of {@link #start} completes. */
  void stop() {
    stopped = true;
  }

  private Future<Void> repeat(Supplier<Future<Void>> step) {
    Promise<Void> end = Promise.promise();
    vertx.runOnContext(on -> next(step, end));
    return end.future();
  }

  private void next(Supplier<Future<Void>> step, Promise<Void> end) {
    if (stopped) {
      end.complete();
      return;
    }
    step.get()
        .recover(
            failure -> {
              if (!notServed(failure)) {
                witness.accept("BROKEN " + failure);
              }
              return vertx.timer(BREATH_MS).mapEmpty();
            })
        .onComplete(done -> next(step, end));
  }

  private static boolean notServed(Throwable failure) {
    return failure instanceof ReplyException reply
        && (reply.failureType() == ReplyFailure.NO_HANDLERS
            || LATER.contains(reply.failureCode())
            || reply.getMessage().startsWith("Discarded"));
  }

  private Future<Void> add() {
    int by = 1 + random.nextInt(3);
    witness.accept("ADD " + by);
    return bus.send("state", "incrementCurationCount", new JsonObject().put("by", by), null)
        .onSuccess(state -> witness.accept("ADDED " + by))
        .onFailure(
            failure -> {
              if (notServed(failure)) {
                witness.accept("UNADDED " + by);
              }
            })
        .mapEmpty();
  }

  /** Saves an entry of its own again and again, then begins the next. */
  private final class Saver {
    private String id;
    private int edition;

    Future<Void> put() {
      return id == null || edition == EDITIONS
          ? bus.send("log", "nextId", null, null).compose(next -> begin(next.getString("id")))
          : save();
    }

    private Future<Void> begin(String next) {
      id = next;
      edition = 0;
      return save();
    }

    private Future<Void> save() {
      int next = ++edition;
      String saved = id;
      witness.accept("PUT " + saved + " " + next);
      JsonObject entry =
          Dreamer.entry(saved)
              .put("startedAt", Ledger.number(saved))
              .put("trigger", "cli")
              .put("status", "error")
              .put("completedAt", Ledger.number(saved))
              .put("error", "x".repeat(random.nextInt(2_000)))
              .put("edition", next);
      return bus.send("log", "save", entry, null)
          .onSuccess(reply -> witness.accept("STORED " + saved + " " + next))
          .mapEmpty();
    }
  }

  private Future<Void> dream() {
    RunOptions options =
        new RunOptions().setForce(true).setWait(Duration.ofMillis(LONG_WAIT_MS)).setOwner("crowd");
    Prune archived = new Prune(Prune.Action.ARCHIVE, "a.md", "stale", false, null, null);
    return keeper
        .run(options, run -> run.record(archived))
        .compose(
            result -> {
              if (result instanceof RunResult.Completed<Void> completed) {
                DreamLogEntry entry = completed.entry();
                Object seen = entry.more().getValue("curationsSeen");
                witness.accept(
                    "DREAMT "
                        + entry.id()
                        + " "
                        + entry.toJson().getLong("startedAt")
                        + " "
                        + seen);
                return Future.succeededFuture();
              }
              return vertx.timer(BREATH_MS).mapEmpty();
            });
  }
}
