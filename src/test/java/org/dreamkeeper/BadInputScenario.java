package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One served project with a state, an entry and a free lock, at which a whole class of tests throws
 * what is wrong; and what must hold each time: the code, one line that names the fault, no file
 * touched, the actor alive.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ParameterizedClass(name = "{0}")
@EnumSource(Place.class)
abstract class BadInputScenario implements FilesAlone.Suite {
  private static final Pattern LINE_BREAKS =
      Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]");

  protected final ManualTime time = new ManualTime(System.currentTimeMillis());
  protected final Vertx vertx = Vertx.vertx();
  @Parameter Place place;
  protected Kept kept;
  protected Served served;

  @BeforeParameterizedClassInvocation(injectArguments = false)
  void serve(@TempDir Path directory) {
    kept = place.at(vertx, directory);
    // Nothing here rests on syncs, and what is accepted writes much.
    served = kept.unsynced(vertx, time);
    fill(served);
  }

  @Override
  public Place place() {
    return place;
  }

  @AfterParameterizedClassInvocation(injectArguments = false)
  void stopServing() {
    served.close();
  }

  @AfterAll
  void stop() {
    await(vertx.close());
  }

  static void fill(Served served) {
    served.ask("state", "write", Calls.state());
    served.ask("log", "save", Calls.entry("completed", Calls.consolidate()));
    JsonObject going = Calls.entry("processing", Calls.consolidate()).put("id", "drm-8");
    served.ask("log", "save", going.put("startedAt", System.currentTimeMillis()));
    served.ask("lock", "release", null, "token", token(served));
  }

  static String token(Served served) {
    return served.ask("lock", "tryAcquire", new JsonObject()).getLong("token").toString();
  }

  protected Future<Message<Object>> send(String address, Object body, DeliveryOptions options) {
    return vertx.eventBus().request(address, body, options);
  }

  static DeliveryOptions options(String... headers) {
    DeliveryOptions options = new DeliveryOptions();
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return options;
  }

  /** The options of a request that is well-formed, but for what the test adds to it. */
  static DeliveryOptions options(Calls.Call call, String... headers) {
    DeliveryOptions options = options(headers).addHeader("action", call.action());
    return call.holding() && !options.getHeaders().contains("token")
        ? options.addHeader("token", "1")
        : options;
  }

  protected void refuses(FailureCode code, String named, Calls.Call call, Object body) {
    refuses(code, named, call.actor(), body, options(call));
  }

  /** Asserts all that must hold when a request is refused. */
  protected void refuses(
      FailureCode code, String named, String actor, Object body, DeliveryOptions options) {
    Map<String, String> before = files();
    Served.Failed failed =
        assertThrows(Served.Failed.class, () -> await(send("dream." + actor, body, options)));
    ReplyException refusal = (ReplyException) failed.getCause();
    String message = refusal.getMessage();
    assertEquals(code, FailureCode.of(refusal.failureCode()), message);
    assertTrue(message.startsWith(code + ": "), message);
    assertTrue(message.contains(named), () -> message + " does not name " + named);
    assertFalse(LINE_BREAKS.matcher(message).find(), "more than one line");
    assertTrue(message.length() < 1_000, () -> message.length() + " characters");
    assertEquals(before, files());
    answers(served, actor);
  }

  static void answers(Served served, String actor) {
    switch (actor) {
      case "state" -> served.ask("state", "read", null);
      case "lock" -> served.ask("lock", "status", null);
      default -> served.ask("log", "getById", new JsonObject().put("id", "drm-7"));
    }
  }

  /** All that is kept. */
  protected Map<String, String> files() {
    return kept.all();
  }
}
