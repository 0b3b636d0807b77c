package org.dreamkeeper.run.impl;

import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.DreamSchedule;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;

/**
 * Runs one dream after the other, each when it may begin. It lives on the context that scheduled
 * it, and ends with that.
 *
 * <p>There is one timer at most. A change of the state cuts a wait short, unless it is one after a
 * failure; what changes while a dream runs, and was not seen by it, is remembered until it has
 * ended.
 */
final class DreamLoop<T> implements DreamSchedule<T> {
  /** How long to wait for a gate that is closed, and should be open by our clock. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  private static final long NANOS_PER_MS = 1_000_000;

  /** How long to wait for the next dream, and whether a change of the state cuts that short. */
  private record Rest(Duration length, boolean heedsChanges) {}

  private final ContextInternal context;
  private final Time time;
  private final RunOptions options;
  private final BiFunction<RunOptions, Consumer<String>, Future<RunResult<T>>> run;
  private final List<Handler<RunResult<T>>> handlers = new ArrayList<>();
  private final Promise<Void> ended = Promise.promise();
  private final Closeable onClose =
      closed -> {
        end();
        closed.succeed();
      };

  private MessageConsumer<?> events;

  /** Ends the wait; null while there is none. */
  private Runnable wait;

  private long dueNanos;
  private boolean heedsChanges;

  /** The state's revision as heard of since the last dream began; null if nothing was. */
  private String heard;

  /** Which revision that dream saw when it had the lock; null if it did not get so far. */
  private String seen;

  private boolean tasksChanged;
  private boolean running;
  private boolean over;

  /**
   * Makes a loop that has not begun.
   *
   * @param run runs a dream if it may, and says which revision of the state that sees, or null; its
   *     future does not fail
   */
  DreamLoop(
      Vertx vertx,
      Time time,
      RunOptions options,
      BiFunction<RunOptions, Consumer<String>, Future<RunResult<T>>> run) {
    this.context = (ContextInternal) vertx.getOrCreateContext();
    this.time = time;
    this.options = new RunOptions(options);
    this.run = run;
  }

  /** Begins, and listens at the address of the project's events. */
  DreamLoop<T> begin(String address) {
    context.addCloseHook(onClose);
    context.runOnContext(
        turn -> {
          events =
              context
                  .owner()
                  .eventBus()
                  .<JsonObject>consumer(
                      address,
                      event -> {
                        if ("state.changed".equals(event.headers().get("type"))) {
                          String revision = event.body().getString("revision");
                          context.runOnContext(then -> changed(revision));
                        }
                      });
          dream();
        });
    return this;
  }

  private void dream() {
    wait = null;
    if (!over) {
      running = true;
      heard = null;
      seen = null;
      tasksChanged = false;
      run.apply(options, revision -> context.runOnContext(turn -> seen = revision))
          .onSuccess(this::ended);
    }
  }

  private void ended(RunResult<T> result) {
    running = false;
    // Told at once, before an undeployment goes on; what they throw is theirs.
    handlers.forEach(handler -> context.dispatch(result, handler));
    if (over) {
      ended.tryComplete();
    } else {
      Rest rest = rest(result);
      waitFor(rest.length());
      heedsChanges = rest.heedsChanges();
      heed();
    }
  }

  private Rest rest(RunResult<T> result) {
    return result.fold(
        completed -> new Rest(EVERY, true),
        nothing -> new Rest(AFTER_NOTHING, true),
        partial -> new Rest(EVERY, false),
        failed -> new Rest(EVERY, false),
        skipped -> new Rest(until(skipped.gate()), true),
        lost -> new Rest(EVERY, false));
  }

  /** A clock that is set is noticed at the next look, at the latest. */
  private Duration until(DreamGate gate) {
    Instant now = Instant.ofEpochMilli(time.millis());
    Duration length = gate.nextEligibleAt().map(at -> Duration.between(now, at)).orElse(EVERY);
    if (length.isNegative() || length.isZero()) {
      return CLOCKS_DIFFER;
    }
    return length.compareTo(EVERY) < 0 ? length : EVERY;
  }

  private void changed(String revision) {
    heard = revision;
    heed();
  }

  private void heed() {
    boolean changed = tasksChanged || (heard != null && !heard.equals(seen));
    if (changed && heedsChanges && !running && !over) {
      waitFor(Duration.ZERO);
    }
  }

  /** Waits so long, and up to {@link #JITTER} longer, unless that is what it does already. */
  private void waitFor(Duration length) {
    long ms = Math.max(1, length.toMillis());
    long longest = ms + JITTER.toMillis();
    if (wait != null) {
      if (dueNanos - time.nanos() <= longest * NANOS_PER_MS) {
        return;
      }
      wait.run();
    }
    long chosen = ThreadLocalRandom.current().nextLong(ms, longest);
    dueNanos = time.nanos() + chosen * NANOS_PER_MS;
    wait = time.schedule(chosen, this::dream);
  }

  @Override
  public DreamSchedule<T> onResult(Handler<RunResult<T>> handler) {
    Objects.requireNonNull(handler, "handler is null");
    context.runOnContext(turn -> handlers.add(handler));
    return this;
  }

  @Override
  public DreamSchedule<T> setPendingTasks(long count) {
    new RunOptions().setPendingTasks(count);
    context.runOnContext(
        turn -> {
          options.setPendingTasks(count);
          tasksChanged = true;
          heed();
        });
    return this;
  }

  @Override
  public Future<Void> stop() {
    context.removeCloseHook(onClose);
    context.runOnContext(turn -> end());
    return ended.future();
  }

  private void end() {
    over = true;
    if (wait != null) {
      wait.run();
    }
    if (events != null) {
      events.unregister().otherwiseEmpty();
    }
    if (!running) {
      ended.tryComplete();
    }
  }
}
