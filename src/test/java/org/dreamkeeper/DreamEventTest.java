package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.json.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.lock.Reclaimed;
import org.dreamkeeper.run.DreamGate;
import org.junit.jupiter.api.Test;

/** Each event of the contract has a type of its own, which says all of it. */
final class DreamEventTest {

  private static JsonObject example(String type) {
    return Contract.at("components", "messages", type)
        .getJsonArray("examples")
        .getJsonObject(0)
        .getJsonObject("payload")
        .copy();
  }

  /** Gives the name of the case that it is asked for, and notes the event. */
  @SuppressWarnings("unchecked")
  private static String kind(DreamEvent event) {
    DreamEventCases<String> cases =
        (DreamEventCases<String>)
            Proxy.newProxyInstance(
                DreamEventTest.class.getClassLoader(),
                new Class<?>[] {DreamEventCases.class},
                (proxy, method, arguments) -> {
                  assertSame(event, arguments[0]);
                  return method.getName();
                });
    return event.fold(cases);
  }

  @Test
  void eachIsReadWithNothingMissing() throws IllegalAccessException, InvocationTargetException {
    Map<String, String> kinds = new HashMap<>();
    for (String type : Contract.events().keySet()) {
      JsonObject json = example(type);
      DreamEvent event = DreamEvent.of(json);
      kinds.put(type, kind(event));
      assertEquals(Instant.ofEpochMilli(json.getLong("at")), event.frame().at());
      assertEquals(json.getString("instance"), event.frame().instance());
      assertEquals(json.getLong("seq"), event.frame().seq());
      int told = 0;
      for (RecordComponent each : event.getClass().getRecordComponents()) {
        Object value = each.getAccessor().invoke(event);
        told += value instanceof Optional<?> maybe && maybe.isEmpty() ? 0 : 1;
      }
      assertEquals(Optional.ofNullable(json.getString("node")), event.frame().node());
      json.remove("node");
      int fields = json.size() - List.of("type", "at", "address", "instance", "seq").size();
      // A gate, and who was pushed out, are one value of several fields.
      int joined =
          event instanceof DreamEvent.Skipped
              ? fields - 1
              : event instanceof DreamEvent.TakenOver ? 1 : 0;
      assertEquals(fields - joined, told - 1, type);
    }
    assertEquals(kinds.size(), Set.copyOf(kinds.values()).size(), kinds::toString);
    Set<String> all = new HashSet<>();
    for (var method : DreamEventCases.class.getMethods()) {
      all.add(method.getName());
    }
    all.remove("other");
    assertEquals(all, Set.copyOf(kinds.values()));
  }

  @Test
  void whatTheySay() {
    var over =
        assertInstanceOf(DreamEvent.TakenOver.class, DreamEvent.of(example("lock.takenOver")));
    assertEquals(Reclaimed.Why.DEAD, over.from().why());
    var skipped =
        assertInstanceOf(DreamEvent.Skipped.class, DreamEvent.of(example("dream.skipped")));
    assertInstanceOf(DreamGate.Hours.class, skipped.gate());
    JsonObject rolledBack = example("lock.rolledBack").put("why", "later").put("mtime", 0);
    var back = assertInstanceOf(DreamEvent.RolledBack.class, DreamEvent.of(rolledBack));
    assertEquals(Optional.of(DreamEvent.Why.OTHER), back.why());
    assertEquals(Optional.empty(), back.lastCompletedAt());
  }

  @Test
  void oneThatIsNotKnownIsGivenAsItIs() {
    JsonObject json = example("log.pruned").put("type", "lock.forgotten").put("more", 1);
    var other = assertInstanceOf(DreamEvent.Other.class, DreamEvent.of(json));
    assertEquals(json, other.json());
    assertEquals("other", kind(other));
  }
}
