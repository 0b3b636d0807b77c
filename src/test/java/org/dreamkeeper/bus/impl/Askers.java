package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;

/** Makes requests without a bus, and notes down what each is answered. */
final class Askers {
  private static final Budget BUDGET = new Budget(1 << 20, 1 << 20);

  private final Map<String, String> answers = new TreeMap<>();
  private final Room room = new Room(1 << 30);
  private final Project project;

  Askers(Time time) {
    EventBus nobody = proxy(EventBus.class, (self, method, arguments) -> self);
    Events events =
        new Events(nobody, "test", "test", false, time, all -> Future.succeededFuture());
    ProjectThreads threads = new ProjectThreads(null, "test");
    project =
        new Project(
            "test",
            "test",
            false,
            "test",
            "test",
            1,
            10,
            BUDGET,
            threads,
            time,
            events,
            () -> null,
            new Residents());
  }

  /** What was answered, by the names of the requests: {@code done}, or why not. */
  Map<String, String> answers() {
    return answers;
  }

  /** A request whose name is its action's, too. */
  Request request(String name, Map<String, String> headers) {
    return request(name, name, headers, Future.succeededFuture());
  }

  Request request(
      String name, String action, Map<String, String> headers, Future<String> fingerprint) {
    Action writing = Action.writing(action, null);
    MultiMap all = MultiMap.caseInsensitiveMultiMap().addAll(headers);
    Mailbox none = new Mailbox(project.time(), () -> 0, 1, (first, next) -> true, null);
    return new Request(
        new Asker(message(name), room.new Place(), "test"),
        writing,
        new JsonObject(),
        Headers.of(all, writing),
        fingerprint,
        new Actor(null, project, "test", List.of(writing), none, () -> null));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** A message that notes its answer down; who is deaf dies of it. */
  private Message<?> message(String name) {
    return proxy(
        Message.class,
        (self, method, arguments) -> {
          switch (method.getName()) {
            case "reply" -> {
              if (name.startsWith("deaf")) {
                throw new NoClassDefFoundError("test");
              }
              JsonObject reply = (JsonObject) arguments[0];
              answers.put(name, reply.isEmpty() ? "done" : reply.encode());
            }
            case "fail" -> answers.put(name, String.valueOf(FailureCode.of((int) arguments[0])));
            default -> {
              return name;
            }
          }
          return null;
        });
  }
}
