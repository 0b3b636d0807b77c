package org.dreamkeeper;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.DreamEvent.Acquired;
import org.dreamkeeper.DreamEvent.Frame;
import org.dreamkeeper.DreamEvent.Interrupted;
import org.dreamkeeper.DreamEvent.Kept;
import org.dreamkeeper.DreamEvent.LockLost;
import org.dreamkeeper.DreamEvent.Other;
import org.dreamkeeper.DreamEvent.Pruned;
import org.dreamkeeper.DreamEvent.Quarantined;
import org.dreamkeeper.DreamEvent.Released;
import org.dreamkeeper.DreamEvent.RolledBack;
import org.dreamkeeper.DreamEvent.Saved;
import org.dreamkeeper.DreamEvent.Serving;
import org.dreamkeeper.DreamEvent.Skipped;
import org.dreamkeeper.DreamEvent.StateChanged;
import org.dreamkeeper.DreamEvent.StorageFailed;
import org.dreamkeeper.DreamEvent.StorageRecovered;
import org.dreamkeeper.DreamEvent.TakenOver;
import org.dreamkeeper.DreamEvent.Undone;
import org.dreamkeeper.DreamEvent.Unreadable;
import org.dreamkeeper.DreamEvent.Why;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.lock.Reclaimed;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.DreamGate;

/** Reads events, and tells their kinds apart. */
record DreamEventJson(JsonObject json) {

  static DreamEvent read(JsonObject json) {
    return new DreamEventJson(json).read();
  }

  private DreamEvent read() {
    Frame frame =
        new Frame(
            time("at"), text("address"), text("instance"), json.getLong("seq", 0L), maybe("node"));
    return switch (text("type")) {
      case "dream.skipped" -> new Skipped(frame, DreamGate.of(json));
      case "dream.undone" -> new Undone(frame, text("id"), list("operations"), number("token"));
      case "lock.acquired" ->
          new Acquired(frame, json.getLong("token"), maybe("owner"), time("expiresAt"));
      case "lock.released" ->
          new Released(frame, json.getLong("token"), maybe("owner"), time("completedAt"), why());
      case "lock.rolledBack" ->
          new RolledBack(
              frame,
              json.getLong("token"),
              maybe("owner"),
              number("mtime").filter(ms -> ms != 0).map(Instant::ofEpochMilli),
              why());
      case "lock.takenOver" ->
          new TakenOver(
              frame,
              Reclaimed.of(json.getJsonObject("from").copy().put("why", text("why"))),
              Optional.ofNullable(json.getBoolean("completed")),
              maybe("reason"));
      case "lock.lost" ->
          new LockLost(frame, json.getLong("token"), maybe("owner"), json.getLong("pid"));
      case "log.saved" ->
          new Saved(
              frame, text("id"), DreamStatus.of(text("status")).orElseThrow(), number("token"));
      case "log.interrupted" -> new Interrupted(frame, text("id"), number("token"));
      case "log.pruned" -> new Pruned(frame, list("ids"));
      case "log.unreadable" -> new Unreadable(frame, text("id"), text("reason"));
      case "state.changed" ->
          new StateChanged(
              frame, text("action"), text("revision"), number("token"), maybe("logId"));
      case "state.quarantined" ->
          new Quarantined(frame, text("file"), list("kept"), list("dropped"));
      case "storage.failed" -> new StorageFailed(frame, text("actor"), text("reason"));
      case "storage.recovered" -> new StorageRecovered(frame, text("actor"));
      case "lock.kept" -> new Kept(frame, json.getLong("token"), maybe("owner"), time("expiresAt"));
      case "project.serving" -> new Serving(frame);
      default -> new Other(frame, json.copy());
    };
  }

  private String text(String key) {
    return json.getString(key);
  }

  private Optional<String> maybe(String key) {
    return Optional.ofNullable(json.getString(key));
  }

  private Optional<Long> number(String key) {
    return Optional.ofNullable(json.getLong(key));
  }

  private Instant time(String key) {
    return Instant.ofEpochMilli(json.getLong(key));
  }

  private Optional<Why> why() {
    return maybe("why").map(word -> Words.find(Why.class, word).orElse(Why.OTHER));
  }

  @SuppressWarnings("unchecked")
  private <T> List<T> list(String key) {
    return List.copyOf((List<T>) json.getJsonArray(key, new JsonArray()).getList());
  }

  static <R> R fold(DreamEvent event, DreamEventCases<R> cases) {
    if (event instanceof Skipped of) {
      return cases.skipped(of);
    } else if (event instanceof Acquired of) {
      return cases.acquired(of);
    } else if (event instanceof Released of) {
      return cases.released(of);
    } else if (event instanceof RolledBack of) {
      return cases.rolledBack(of);
    } else if (event instanceof TakenOver of) {
      return cases.takenOver(of);
    } else if (event instanceof LockLost of) {
      return cases.lockLost(of);
    } else if (event instanceof Saved of) {
      return cases.saved(of);
    } else if (event instanceof Interrupted of) {
      return cases.interrupted(of);
    } else if (event instanceof Pruned of) {
      return cases.pruned(of);
    } else if (event instanceof Unreadable of) {
      return cases.unreadable(of);
    } else if (event instanceof Undone of) {
      return cases.undone(of);
    } else if (event instanceof StateChanged of) {
      return cases.stateChanged(of);
    } else if (event instanceof Quarantined of) {
      return cases.quarantined(of);
    } else if (event instanceof StorageFailed of) {
      return cases.storageFailed(of);
    } else if (event instanceof StorageRecovered of) {
      return cases.storageRecovered(of);
    } else if (event instanceof Kept of) {
      return cases.kept(of);
    } else if (event instanceof Serving of) {
      return cases.serving(of);
    }
    return cases.other((Other) event);
  }
}
