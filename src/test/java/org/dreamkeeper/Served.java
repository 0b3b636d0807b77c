package org.dreamkeeper;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.junit5.impl.Quiet;

/** A project that is served, as a test talks to it: over the event bus, and waiting for answers. */
public final class Served implements AutoCloseable {
  private final Vertx vertx;
  private final String address;
  private final String deployment;
  private final List<JsonObject> events;
  private final List<String> wrong;
  private final MessageConsumer<JsonObject> listener;
  private final Quiet quiet;
  private final Runnable timeGoesOn;

  private Served(
      Vertx vertx,
      String address,
      String deployment,
      List<JsonObject> events,
      List<String> wrong,
      MessageConsumer<JsonObject> listener,
      Time time) {
    this.vertx = vertx;
    this.address = address;
    this.deployment = deployment;
    this.events = events;
    this.wrong = wrong;
    this.listener = listener;
    this.quiet = new Quiet(vertx, address, "state", "lock", "log");
    this.timeGoesOn = time instanceof ManualTime manual ? manual.waitFor(quiet::await) : () -> {};
  }

  /** Served with the machine's own clock. */
  public static Served at(Vertx vertx, Path baseDir) {
    return at(vertx, Time.system(vertx), Machine.REAL, config(baseDir));
  }

  public static Served at(Vertx vertx, Path baseDir, ManualTime time) {
    return at(vertx, time, Machine.REAL, config(baseDir));
  }

  public static JsonObject config(Path baseDir) {
    return new JsonObject().put("baseDir", baseDir.toString());
  }

  public static Served at(Vertx vertx, Time time, Machine machine, JsonObject config) {
    String address = config.getString("address", "dream");
    List<JsonObject> events = new CopyOnWriteArrayList<>();
    List<String> wrong = new CopyOnWriteArrayList<>();
    MessageConsumer<JsonObject> listener =
        vertx
            .eventBus()
            .consumer(
                address + ".events",
                event -> {
                  wrong.addAll(Contract.wrongEvent(event));
                  events.add(event.body());
                });
    await(listener.completion());
    StandIns.put(vertx, Time.class, time);
    StandIns.put(vertx, Machine.class, machine);
    String id =
        await(
            vertx
                .deployVerticle(
                    new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config))
                .onFailure(refused -> listener.unregister()));
    return new Served(vertx, address, id, events, wrong, listener, time);
  }

  public Future<Message<JsonObject>> send(
      String actor, String action, JsonObject body, String... headers) {
    return vertx.eventBus().request(address + "." + actor, body, Requests.options(action, headers));
  }

  public JsonObject ask(String actor, String action, JsonObject body, String... headers) {
    Message<JsonObject> reply = await(send(actor, action, body, headers));
    asDocumented(Contract.wrongReply(actor + "." + action, reply));
    return reply.body();
  }

  /** The failure of a request that must fail. */
  public ReplyException refused(String actor, String action, JsonObject body, String... headers) {
    try {
      Object reply = ask(actor, action, body, headers);
      throw new AssertionError("answered with " + reply);
    } catch (Failed failed) {
      ReplyException failure = (ReplyException) failed.getCause();
      if (Contract.actions(actor).contains(action)) {
        asDocumented(Contract.wrongFailure(actor + "." + action, failure));
      }
      return failure;
    }
  }

  /** Whatever a test provokes is as the contract's document says. */
  private static void asDocumented(List<String> wrong) {
    if (!wrong.isEmpty()) {
      throw new AssertionError(String.join("\n", wrong));
    }
  }

  /** Waits until what was sent before has been let in, and its timers are set. */
  public void arrived() {
    for (String actor : Calls.ACTORS) {
      refused(actor, "none", null);
    }
  }

  public List<JsonObject> events(String type) {
    asDocumented(wrong);
    return events.stream().filter(event -> event.getString("type").equals(type)).toList();
  }

  public List<JsonObject> events() {
    return events;
  }

  @Override
  public void close() {
    timeGoesOn.run();
    quiet.close();
    await(vertx.undeploy(deployment).eventually(listener::unregister));
    asDocumented(wrong);
  }

  /** What a future failed with. */
  public static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(Throwable cause) {
      super(cause);
    }
  }

  /** Waits for what another thread or process does; only a hang makes it fail. */
  public static void until(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Quiet.PATIENCE_S);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain");
      }
      try {
        Thread.sleep(1);
      } catch (InterruptedException stop) {
        throw new AssertionError(stop);
      }
    }
  }

  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(Quiet.PATIENCE_S, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw new Failed(failure.getCause());
    } catch (InterruptedException | TimeoutException never) {
      throw new AssertionError("no answer", never);
    }
  }
}
