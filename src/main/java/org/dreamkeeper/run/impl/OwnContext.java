package org.dreamkeeper.run.impl;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.text.FailureText;

/**
 * The event loop on which one run, or one undo, lives: what it must do in time waits for no thread
 * of the caller's.
 *
 * <p>It is a verticle, the child of the caller's if there is one. So it is undeployed before that
 * one, which waits until what runs here has ended, if that is soon.
 */
final class OwnContext extends VerticleBase {
  /** Why something ends when its caller goes. */
  static final String LEFT = "the verticle that asked for it was undeployed";

  /** How long an undeployment waits for the end of what runs here, where the host is silent. */
  private static final long PATIENCE_S = 5;

  private final ContextInternal caller;
  private final Function<OwnContext, Future<Void>> task;
  private final Runnable giveUp;
  private final Promise<Void> left = Promise.promise();
  private final Promise<Void> over = Promise.promise();

  private OwnContext(
      ContextInternal caller, Function<OwnContext, Future<Void>> task, Runnable giveUp) {
    this.caller = caller;
    this.task = task;
    this.giveUp = giveUp;
  }

  /**
   * Runs a task on a context of its own.
   *
   * @return what the task gives, on the caller's context
   */
  static <T> Future<T> run(Vertx vertx, Function<OwnContext, Future<T>> task) {
    ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
    Promise<T> result = caller.promise();
    OwnContext own =
        new OwnContext(
            caller,
            there ->
                attempt("the task", () -> task.apply(there))
                    .onComplete(result)
                    .<Void>mapEmpty()
                    .otherwiseEmpty(),
            () -> result.tryFail(new CancellationException(LEFT + ", and nobody answers")));
    vertx.deployVerticle(own).onFailure(result::tryFail);
    return result.future();
  }

  @Override
  public Future<?> start() {
    // In a turn of its own: only then is there something to be undeployed.
    context.runOnContext(
        started ->
            task.apply(this)
                .onComplete(over)
                .compose(ended -> vertx.undeploy(context.deploymentID()).otherwiseEmpty()));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    left.tryComplete();
    return over.future()
        .timeout(PATIENCE_S, TimeUnit.SECONDS)
        .otherwise(
            unanswered -> {
              giveUp.run();
              return null;
            });
  }

  /** Completes when the caller is undeployed: what runs here has to end. */
  Future<Void> left() {
    return left.future();
  }

  Context context() {
    return context;
  }

  /** Makes a promise whose future is the caller's: known at once, and told on his context. */
  <T> Promise<T> callersPromise() {
    return caller.promise();
  }

  /** Runs a task here; in this turn, if it is asked from here. */
  void execute(Runnable task) {
    if (Vertx.currentContext() == context) {
      task.run();
    } else {
      later(task);
    }
  }

  /**
   * Calls the caller's code on the caller's context; what it throws is a failure.
   *
   * @param what names it
   * @return its end, on this context and after all that the code has asked of this one
   */
  <T> Future<T> call(String what, Supplier<Future<T>> code) {
    Promise<T> end = Promise.promise();
    caller.runOnContext(
        there -> {
          try {
            attempt(what, code)
                .onSuccess(value -> later(() -> end.tryComplete(value)))
                .onFailure(failure -> later(() -> end.tryFail(known(failure))));
          } catch (Throwable odd) {
            // Whose future it is, is not known either.
            later(() -> end.tryFail(odd));
          }
        });
    return end.future();
  }

  private void later(Runnable task) {
    context.runOnContext(there -> task.run());
  }

  private static Throwable known(Throwable failure) {
    return failure == null ? new IllegalStateException(FailureText.of(null)) : failure;
  }

  private static <T> Future<T> attempt(String what, Supplier<Future<T>> code) {
    try {
      return Objects.requireNonNull(code.get(), what + " gave no future");
    } catch (Throwable thrown) {
      return Future.failedFuture(thrown);
    }
  }
}
