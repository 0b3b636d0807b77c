package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.dreamkeeper.ServedActor;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.log.LogOptions;

/** A log actor alone; the test says what the state would. */
final class LogHost extends ServedActor {
  static final int MAX_MESSAGE_BYTES = 1 << 20;

  /** What the state says; null where it does not. */
  volatile String lastDreamLogId = "";

  final LogVerticle verticle;
  private final MessageConsumer<JsonObject> state;

  LogHost(Vertx vertx, Path directory, ManualTime time, FaultyDisk disk, LogOptions options) {
    super(vertx, "log", directory, time, disk, new Budget(1 << 28, MAX_MESSAGE_BYTES));
    state = vertx.eventBus().localConsumer("dream.state", message -> answer(message));
    await(state.completion());
    verticle = new LogVerticle(project, store, options);
    deploy(verticle);
  }

  @Override
  public void stop() {
    super.stop();
    await(state.unregister());
  }

  /** In the place of the state actor. */
  private void answer(Message<JsonObject> read) {
    if (lastDreamLogId == null) {
      read.fail(507, "STORAGE_FAILED: no answer from the disk");
    } else {
      read.reply(new JsonObject().put("lastDreamLogId", lastDreamLogId));
    }
  }

  JsonObject ask(String action, JsonObject body, String... headers) {
    return await(send(action, body, headers)).body();
  }

  void save(JsonObject entry, String... headers) {
    assertEquals(entry.getString("id"), ask("save", entry, headers).getString("id"));
  }

  JsonObject get(String id) {
    return ask("getById", new JsonObject().put("id", id));
  }

  JsonObject list(JsonObject query) {
    return ask("list", query);
  }

  /** Gives the ids of all entries, newest first. */
  List<String> ids() {
    return ids(list(null));
  }

  static List<String> ids(JsonObject page) {
    return page.getJsonArray("entries").stream()
        .map(each -> ((JsonObject) each).getString("id"))
        .toList();
  }

  String nextId() {
    return ask("nextId", null).getString("id");
  }

  /** Asks how a dream ended, as the lock does. */
  JsonObject outcome(long token) {
    return await(outcome(token, 0));
  }

  /** Asks how a dream ended that had the lock granted at that time. */
  Future<JsonObject> outcome(long token, long since) {
    return sendPeer("outcome", new JsonObject().put("token", token).put("since", since));
  }

  /** A token of this epoch. */
  long token(int n) {
    return (project.epoch() << 20) + n;
  }

  /** Lets everything that was begun before reach its end. */
  void settle() {
    quiet.await();
  }
}
