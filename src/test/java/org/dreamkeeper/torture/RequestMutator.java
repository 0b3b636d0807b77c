package org.dreamkeeper.torture;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.dreamkeeper.Calls;

/** Makes requests that are nearly right out of those that are. */
final class RequestMutator {
  private static final List<String> HEADERS =
      List.of("action", "token", "revision", "deadline", "requestId");

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1",
          "+1",
          "1.5",
          "1e3",
          "0x10",
          "NaN",
          "\u0661",
          "999999999999999999",
          "9999999999999999999",
          "9223372036854775807",
          "9223372036854775808",
          "read",
          "Read",
          "read ",
          "save",
          "tryAcquire",
          "null",
          "a\nb",
          "\ud800");

  /**
   * A request.
   *
   * @param actor whose address it goes to
   * @param headers all of them
   * @param body of any type
   */
  record Shot(String actor, MultiMap headers, Object body) {
    private boolean does(String action) {
      return actor.equals("lock") && action.equals(headers.get("action"));
    }

    boolean mayWait() {
      return does("tryAcquire");
    }

    /** Tells whether a reply to it means that the token has ended. */
    boolean mayEnd(String token) {
      return token != null
          && (does("release") || does("rollback"))
          && token.equals(headers.get("token"));
    }

    @Override
    public String toString() {
      String text = String.valueOf(body);
      return actor
          + " "
          + headers.entries()
          + " "
          + (text.length() > 2_000 ? text.substring(0, 2_000) + "…" : text);
    }
  }

  private final Random random;
  private final JsonMutator json;

  RequestMutator(Random random, int maxText) {
    this.random = random;
    this.json = new JsonMutator(random, maxText);
  }

  /** Makes one; where the lock is held, the token sometimes goes along. */
  Shot next(String token) {
    Calls.Call call = json.pick(Calls.ALL);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("action", call.action());
    if (call.holding() || random.nextInt(8) == 0) {
      headers.add("token", token == null ? Integer.toString(random.nextInt(10)) : token);
    }
    if (random.nextInt(8) == 0) {
      headers.add("requestId", "id-" + random.nextInt(2_000));
    }
    boolean spoilHeaders = random.nextInt(4) == 0;
    if (spoilHeaders) {
      spoil(headers);
    }
    String actor = random.nextInt(50) == 0 ? json.pick(Calls.ACTORS) : call.actor();
    return new Shot(actor, headers, body(call, spoilHeaders));
  }

  private void spoil(MultiMap headers) {
    String name = json.pick(HEADERS);
    switch (random.nextInt(5)) {
      case 0 -> headers.remove(name);
      case 1 -> headers.add(name, json.pick(VALUES));
      case 2 -> headers.set(name, "9".repeat(random.nextInt(200_000)));
      case 3 -> headers.set(json.text() + "h", json.text());
      default -> headers.set(name, json.pick(VALUES));
    }
  }

  private Object body(Calls.Call call, boolean mayBeValid) {
    return switch (random.nextInt(12)) {
      case 0 -> call.body();
      case 1 -> mayBeValid ? call.body() : alien();
      default -> json.mutate(call.body());
    };
  }

  /** What the bus carries, but is no JSON object. */
  private Object alien() {
    return switch (random.nextInt(9)) {
      case 0 -> json.text();
      case 1 -> random.nextInt();
      case 2 -> Double.NaN;
      case 3 -> new JsonArray().add(new JsonObject());
      case 4 -> Buffer.buffer("{\"by\": 1}");
      case 5 -> new byte[] {'{', '}'};
      case 6 -> 'c';
      case 7 -> true;
      default -> null;
    };
  }
}
