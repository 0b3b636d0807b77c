package org.dreamkeeper.admin;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.admin.Overview.Actor;
import org.dreamkeeper.admin.Overview.Failure;
import org.dreamkeeper.admin.Overview.Gates;
import org.dreamkeeper.admin.Overview.Lock;
import org.dreamkeeper.admin.Overview.Skip;
import org.dreamkeeper.admin.Overview.State;
import org.dreamkeeper.admin.Overview.Store;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.lock.Reclaimed;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.state.Degraded;

/** Reads an overview. */
record OverviewJson(JsonObject json) {
  Overview read() {
    return new Overview(
        time(json, "now"),
        json.getString("instance"),
        json.getLong("epoch"),
        time(json, "startedAt"),
        store(json.getJsonObject("store")),
        lock(json.getJsonObject("lock")),
        gates(json.getJsonObject("gates")),
        Optional.ofNullable(json.getJsonObject("lastSkip")).map(OverviewJson::skip),
        state(json.getJsonObject("state")),
        log(json.getJsonObject("log")),
        json.getInteger("unreadable"),
        json.getInteger("quarantined"),
        actors(json.getJsonObject("actors")),
        maybeTime(json, "lastAskedAt").filter(at -> at.toEpochMilli() != 0));
  }

  private static Instant time(JsonObject json, String key) {
    return Instant.ofEpochMilli(json.getLong(key));
  }

  private static Optional<Instant> maybeTime(JsonObject json, String key) {
    return Optional.ofNullable(json.getLong(key)).map(Instant::ofEpochMilli);
  }

  private static Optional<String> text(JsonObject json, String key) {
    return Optional.ofNullable(json.getString(key));
  }

  private static Store store(JsonObject json) {
    return new Store(json.getString("place"), text(json, "lost"), maybeTime(json, "silentSince"));
  }

  private static Lock lock(JsonObject json) {
    return new Lock(
        LockStatus.of(json),
        Optional.ofNullable(json.getLong("token")),
        text(json, "logId"),
        maybeTime(json, "renewedAt"),
        Optional.ofNullable(json.getJsonObject("left")).map(Reclaimed::of));
  }

  private static Gates gates(JsonObject json) {
    List<DreamGate> closed =
        json.getJsonArray("all").stream()
            .map(JsonObject.class::cast)
            .filter(gate -> !gate.getBoolean("open"))
            .map(DreamGate::of)
            .toList();
    return new Gates(closed);
  }

  private static Skip skip(JsonObject json) {
    return new Skip(
        time(json, "at"), DreamGate.of(json), time(json, "since"), json.getLong("count"));
  }

  private static State state(JsonObject json) {
    return new State(
        json.getLong("curationsSinceDream"),
        json.getLong("totalDreams"),
        json.getInteger("pendingMerges"),
        json.getInteger("staleSummaryPaths"),
        maybeTime(json, "lastDreamAt"),
        text(json, "lastDreamLogId"),
        text(json, "undoing"),
        text(json, "degraded").map(word -> Words.find(Degraded.class, word).orElse(Degraded.OTHER)),
        text(json, "detail"));
  }

  /** A status that this version does not know is left out. */
  private static Map<DreamStatus, Integer> log(JsonObject json) {
    Map<DreamStatus, Integer> counts = new EnumMap<>(DreamStatus.class);
    for (String name : json.fieldNames()) {
      DreamStatus.of(name).ifPresent(status -> counts.put(status, json.getInteger(name)));
    }
    return Map.copyOf(counts);
  }

  private static Map<String, Actor> actors(JsonObject json) {
    Map<String, Actor> actors = new LinkedHashMap<>();
    json.fieldNames().forEach(name -> actors.put(name, actor(json.getJsonObject(name))));
    return Map.copyOf(actors);
  }

  private static Actor actor(JsonObject json) {
    Optional<Failure> failure =
        Optional.ofNullable(json.getJsonObject("lastFailure"))
            .map(of -> new Failure(time(of, "at"), of.getString("action"), of.getString("reason")));
    return new Actor(
        json.getInteger("queued"),
        Duration.ofMillis(json.getLong("oldestMs")),
        json.getBoolean("stalled"),
        failure);
  }
}
