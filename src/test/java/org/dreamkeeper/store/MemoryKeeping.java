package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.StoredState.Damaged;
import org.dreamkeeper.store.StoredState.Document;
import org.dreamkeeper.store.StoredState.Missing;

/** A project in memory: what outlives the stores that are opened on it. Safe from any thread. */
public final class MemoryKeeping implements Keeping {
  private final Vertx vertx;
  MemoryProjectStore claimant;
  long epoch;
  StoredState state = new Missing();
  StoredState lastAside;
  int aside;
  LockView lock = new Free(null);
  final Map<String, StoredEntry> entries = new TreeMap<>();
  long reservedIds;
  final List<JsonObject> events = new ArrayList<>();
  private final Map<String, List<JsonObject>> replies = new HashMap<>();
  private long stamps;
  private Fault fault = Fault.NONE;

  public MemoryKeeping(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public synchronized Future<MemoryProjectStore> open(String instance) {
    if (claimant != null) {
      return Future.failedFuture(new InUseException("memory is served by " + claimant));
    }
    epoch++;
    claimant = new MemoryProjectStore(vertx, this, instance);
    return Future.succeededFuture(claimant);
  }

  @Override
  public synchronized void changesAre(Fault next) {
    fault = next;
  }

  @Override
  public synchronized void putEntry(String id, String text) {
    if (text == null) {
      entries.remove(id);
    } else {
      putEntry(id, JsonText.parseObject(text.getBytes(StandardCharsets.UTF_8)).orElse(null));
    }
  }

  /** Lets an entry stand; null is what is no object. */
  void putEntry(String id, JsonObject json) {
    long bytes = json == null ? 0 : json.encode().length();
    long now = System.currentTimeMillis();
    EntryVersion version = new EntryVersion(id, ++stamps, true, now, bytes, bytes);
    String flaw = json == null ? "it is no JSON object" : null;
    entries.put(id, new StoredEntry(version, json, flaw, false));
  }

  /** Keeps what a commit of an actor's carries. */
  void keep(String actor, Carried carried) {
    events.addAll(carried.events());
    replies(actor).addAll(carried.replies());
  }

  List<JsonObject> replies(String actor) {
    return replies.computeIfAbsent(actor, none -> new ArrayList<>());
  }

  /** Makes a change of what is called so, as far as changes are made. */
  void change(String name, Runnable change) {
    if (fault == Fault.REFUSED) {
      throw new StoreException(name + ": memory refuses", false);
    }
    change.run();
    if (fault == Fault.UNCONFIRMED) {
      throw new StoreException(name + ": memory does not confirm", true);
    }
  }

  @Override
  public synchronized void takeClaim() {
    claimant = null;
  }

  @Override
  public synchronized void putState(String text) {
    state = text == null ? new Missing() : parsed(text);
  }

  private static StoredState parsed(String text) {
    Optional<JsonObject> json = JsonText.parseObject(text.getBytes(StandardCharsets.UTF_8));
    return json.isEmpty() ? new Damaged(null, "it is no JSON object") : new Document(json.get());
  }

  @Override
  public synchronized String state() {
    return state instanceof Document document ? document.json().encode() : null;
  }

  /** What stands as the state, by identity. */
  public synchronized StoredState stored() {
    return state;
  }

  @Override
  public synchronized int statesSetAside() {
    return aside;
  }
}
