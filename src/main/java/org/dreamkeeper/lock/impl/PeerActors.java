package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.Peers;

/** The state and log actors of the same deployment, as the lock speaks to them: by message only. */
record PeerActors(Peers peers) {

  /**
   * Moves the fence of both.
   *
   * @param token who may write from now on; 0 for nobody with a token
   * @return completes when no write with another token is under way
   */
  Future<Void> fence(long token) {
    JsonObject body = new JsonObject().put("token", token);
    return Future.all(peers.ask("state", "fence", body), peers.ask("log", "fence", body))
        .mapEmpty();
  }

  /** Asks whether anything was written to either under a token that is the holder's. */
  Future<Boolean> used(long token) {
    JsonObject body = new JsonObject().put("token", token);
    return Future.all(peers.ask("state", "used", body), peers.ask("log", "used", body))
        .map(
            both -> both.<JsonObject>list().stream().anyMatch(answer -> answer.getBoolean("used")));
  }

  /**
   * Asks what became of a dream: {@code {id, status, completedAt?, curationsSeen?}}, or empty.
   *
   * @param since when it had the lock granted, ms since 1970
   */
  Future<JsonObject> outcome(long token, long since) {
    return peers.ask("log", "outcome", new JsonObject().put("token", token).put("since", since));
  }

  /** Asks for the greatest token that an entry carries; 0 if none does. */
  Future<Long> highestToken() {
    return peers.ask("log", "highestToken", new JsonObject()).map(reply -> reply.getLong("token"));
  }

  /**
   * Asks for the newest completed dream under a lock of ours: {@code {id, completedAt}}, or empty.
   */
  Future<JsonObject> lastCompleted() {
    return peers.ask("log", "lastCompleted", new JsonObject());
  }

  /** Records a dream in the state; a dream that is recorded already changes nothing. */
  Future<Void> recordDream(JsonObject dream) {
    return peers.request("state", "recordDream", dream).mapEmpty();
  }
}
