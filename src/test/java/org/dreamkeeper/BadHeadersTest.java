package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every header, malformed, on every action. */
final class BadHeadersTest extends BadInputScenario {
  private static final List<String> NO_NUMBERS =
      List.of(
          "",
          "x",
          "-1",
          "+1",
          "1e3",
          "1.0",
          "0x1f",
          " 1",
          "1 ",
          "1\n",
          "1\0",
          "\u0661",
          "null",
          "9".repeat(19),
          "9".repeat(10_000));
  private static final List<String> NO_TEXTS = List.of("", "x".repeat(257), "x".repeat(100_000));
  static final List<Calls.Call> CALLS = Calls.ALL;

  @ParameterizedTest
  @FieldSource("CALLS")
  void isRefused(Calls.Call call) {
    for (String header : List.of("token", "deadline")) {
      NO_NUMBERS.forEach(value -> refuses(call, header, value));
    }
    for (String header : List.of("revision", "requestId", "node", "instance")) {
      NO_TEXTS.forEach(value -> refuses(call, header, value));
    }
  }

  private void refuses(Calls.Call call, String header, String value) {
    refuses(
        FailureCode.INVALID_REQUEST,
        "header " + header + " ",
        call.actor(),
        call.body(),
        options(call, header, value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"renew", "release", "rollback"})
  void aMissingTokenIsNamed(String action) {
    refuses(
        FailureCode.INVALID_REQUEST,
        "header token is missing",
        "lock",
        null,
        options("action", action));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nonsense",
        "READ",
        "read ",
        "save\n",
        "../read",
        "\0",
        "fence",
        "outcome"
      })
  void anUnknownActionIsToldWhatIsExpected(String action) {
    for (String actor : Calls.ACTORS) {
      for (String expected : Calls.actionsOf(actor)) {
        refuses(
            FailureCode.UNKNOWN_ACTION,
            expected,
            actor,
            Calls.state(),
            options("action", action, "token", "x", "deadline", ""));
      }
    }
  }

  @Test
  void soIsNoActionAtAllAndALongOne() {
    for (String actor : Calls.ACTORS) {
      refuses(FailureCode.UNKNOWN_ACTION, "no action", actor, null, new DeliveryOptions());
      refuses(FailureCode.UNKNOWN_ACTION, "no action", actor, "text", new DeliveryOptions());
      refuses(
          FailureCode.UNKNOWN_ACTION,
          "expected one of",
          actor,
          null,
          options("action", "read".repeat(10_000)));
    }
  }

  @Test
  void anActionOfAnotherActorIsUnknown() {
    for (Calls.Call call : Calls.ALL) {
      for (String actor : Calls.ACTORS) {
        if (!actor.equals(call.actor())) {
          refuses(
              FailureCode.UNKNOWN_ACTION,
              '"' + call.action() + '"',
              actor,
              call.body(),
              options(call));
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CALLS")
  void whatIsJustWellFormedIsTaken(Calls.Call call) {
    // Of each reading action; a writing one would be fenced, or does what it says.
    List<String> harmless =
        List.of("read", "status", "getById", "list", "overview", "events", "inspect");
    DeliveryOptions options =
        options(
            "action",
            call.action(),
            "deadline",
            "9".repeat(18),
            "requestId",
            call.action() + "x".repeat(256 - call.action().length()),
            "revision",
            "x".repeat(256),
            "token",
            "9".repeat(18));
    if (List.of("diff", "undo").contains(call.action())) {
      refuses(FailureCode.INVALID_REQUEST, "no folder of texts", "admin", call.body(), options);
      return;
    }
    if (harmless.contains(call.action())) {
      await(send("dream." + call.actor(), call.body(), options));
      return;
    }
    if (call.toString().equals("lock.tryAcquire")) {
      JsonObject grant = (JsonObject) await(send("dream.lock", call.body(), options)).body();
      served.ask("lock", "rollback", null, "token", grant.getLong("token").toString());
      return;
    }
    if (call.actor().equals("admin")) {
      // What it is done to is not there.
      assertThrows(RuntimeException.class, () -> served.ask("admin", call.action(), call.body()));
      return;
    }
    FailureCode fenced =
        call.actor().equals("lock") ? FailureCode.NOT_HOLDER : FailureCode.SUPERSEDED;
    refuses(fenced, "token " + "9".repeat(18), call.actor(), call.body(), options);
  }

  @Test
  void aDeadlineOfTheDistantPastIsPast() {
    for (Calls.Call call : Calls.ALL) {
      refuses(
          FailureCode.DEADLINE_PASSED,
          call.action(),
          call.actor(),
          call.body(),
          options(call, "deadline", "0"));
    }
  }

  @Test
  void aRequestIdOfAnotherActionIsRefused() {
    served.ask("state", "drainStaleSummaryPaths", null, "requestId", "once");
    for (Calls.Call call : Calls.ALL) {
      boolean writes =
          !List.of("read", "gates", "status", "getById", "list", "overview")
              .contains(call.action());
      if (writes && call.actor().equals("state") && !call.action().startsWith("drain")) {
        refuses(
            FailureCode.INVALID_REQUEST,
            "header requestId",
            "state",
            call.body(),
            options(call, "requestId", "once"));
      }
    }
  }

  @Test
  void aRefusedRequestMayUseItsIdAgain() {
    String[] headers = {"requestId", "again"};
    assertEquals(400, served.refused("log", "save", new JsonObject(), headers).failureCode());
    JsonObject saved = served.ask("log", "save", Calls.of("log.save").body(), headers);
    assertEquals(new JsonObject().put("id", "drm-7"), saved);
    // And once it is done, it stays done.
    Map<String, String> before = files();
    assertEquals(saved, served.ask("log", "save", Calls.of("log.save").body(), headers));
    assertEquals(before, files());
  }
}
