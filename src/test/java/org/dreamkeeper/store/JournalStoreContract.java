package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.KeptReply;
import org.dreamkeeper.store.JournalStore.Page;
import org.dreamkeeper.store.Keeping.Fault;
import org.dreamkeeper.store.LockStore.Swap;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LogStore.Addition;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.StoredState.Document;
import org.junit.jupiter.api.Test;

/** What every store promises of what commits carry. */
abstract class JournalStoreContract extends StoreContract {

  private JournalStore journal() {
    return store().journal();
  }

  private void changeState(int count) {
    Document next = new Document(new JsonObject().put("count", count));
    Carried carried = carried("state", "" + count);
    await(store().state().transact(seen -> new StateChange<>(null, next, null, carried)));
  }

  private Swap changeLock(int count, LockView seen) {
    Free next = new Free(Instant.ofEpochMilli(count));
    return await(store().lock().swap(seen, next, carried("lock", "" + count)));
  }

  private LogStore.Committed<StoredEntry> save(String id, Removal removal) {
    JsonObject entry = new JsonObject().put("id", id).put("operations", List.of());
    Put put = new Put(id, false, old -> entry, next -> carried("log", id));
    return await(store().log().commit(List.of(put), removal, Function.identity()));
  }

  private List<JsonObject> kept(String actor) {
    return await(journal().replies(actor)).stream().map(KeptReply::reply).toList();
  }

  private static List<JsonObject> replies(Carried... all) {
    return Stream.of(all).flatMap(each -> each.replies().stream()).toList();
  }

  private static List<JsonObject> events(Carried... all) {
    return Stream.of(all).flatMap(each -> each.events().stream()).toList();
  }

  private void assertKept(String actor, Carried... all) {
    List<JsonObject> kept = keeping().keepsReplies() ? replies(all) : List.of();
    assertEquals(kept, kept(actor));
  }

  private void assertTold(Carried... all) {
    List<JsonObject> kept = keeping().keepsEvents() ? events(all) : List.of();
    assertEquals(kept, await(journal().events(null, 1_000)).events());
  }

  @Test
  void atFirstThereIsNothing() {
    assertKept("state");
    assertTold();
  }

  @Test
  void whatCommitsCarryIsThereForTheNextClaimantWhoAddsToIt() {
    for (int count = 1; count <= 4; count += 2) {
      changeState(count);
      changeState(count + 1);
      assertTrue(changeLock(count, await(store().lock().view())).done());
      reopened();
    }
    assertKept(
        "state",
        carried("state", "1"),
        carried("state", "2"),
        carried("state", "3"),
        carried("state", "4"));
    assertKept("lock", carried("lock", "1"), carried("lock", "3"));
    assertKept("log");
    assertTold(
        carried("state", "1"),
        carried("state", "2"),
        carried("lock", "1"),
        carried("state", "3"),
        carried("state", "4"),
        carried("lock", "3"));
  }

  @Test
  void whatPutsRemovalsAndAppendsCarryIsKeptIfTheyAreDone() {
    StoredEntry first = save("drm-1", Removal.NONE).results().get(0).now();
    StoredEntry second = save("drm-2", Removal.NONE).results().get(0).now();
    String result =
        await(
                store()
                    .log()
                    .append(
                        second.version(),
                        extent ->
                            new Addition<>(
                                List.of(new JsonObject().put("type", "PRUNE")),
                                "done",
                                carried("log", "append"))))
            .orElseThrow();
    assertEquals("done", result);
    Removal removal =
        new Removal(
            List.of(first.version()),
            List.of(),
            ids -> carried("log", "without " + String.join(" ", ids)));
    LogStore.Committed<StoredEntry> done = save("drm-3", removal);
    assertEquals(events(carried("log", "drm-3"), carried("log", "without drm-1")), done.events());
    LogStore.Committed<StoredEntry> again = save("drm-4", removal);
    assertEquals(List.of(), again.removed());
    assertEquals(events(carried("log", "drm-4")), again.events());
    assertEquals(
        List.of(),
        await(
                store()
                    .log()
                    .commit(
                        List.of(new Put("drm-9", true, old -> null, next -> carried("log", "no"))),
                        Removal.NONE,
                        Function.identity()))
            .events());
    reopened();
    Carried[] all =
        Stream.of("drm-1", "drm-2", "append", "drm-3", "without drm-1", "drm-4")
            .map(each -> carried("log", each))
            .toArray(Carried[]::new);
    assertKept("log", all);
    assertTold(all);
  }

  @Test
  void whatIsNotDoneLeavesNothing() {
    LockView other = new Free(Instant.ofEpochMilli(99));
    assertFalse(changeLock(1, other).done());
    changeState(1);
    keeping().changesAre(Fault.REFUSED);
    Document next = new Document(new JsonObject().put("count", 2));
    refused(
        store()
            .state()
            .transact(seen -> new StateChange<>(null, next, null, carried("state", "2"))));
    keeping().changesAre(Fault.NONE);
    assertKept("lock");
    assertKept("state", carried("state", "1"));
    assertTold(carried("state", "1"));
  }

  @Test
  void eventsWithoutACommitAreKeptToo() {
    await(journal().record(events(carried("a", "1"), carried("a", "2"))));
    changeState(1);
    await(journal().record(events(carried("a", "3"))));
    reopened();
    assertTold(carried("a", "1"), carried("a", "2"), carried("state", "1"), carried("a", "3"));
  }

  @Test
  void eventsAreGivenPieceByPieceAndEachOnce() {
    List<JsonObject> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Carried some = carried("a", "" + i);
      all.addAll(some.events());
      await(journal().record(some.events()));
      changeState(i);
      all.addAll(carried("state", "" + i).events());
    }
    List<JsonObject> seen = new ArrayList<>();
    Page page = await(journal().events(null, 3));
    while (!page.events().isEmpty()) {
      assertTrue(page.events().size() <= 3);
      assertFalse(page.gap());
      seen.addAll(page.events());
      page = await(journal().events(page.cursor(), 3));
    }
    assertEquals(keeping().keepsEvents() ? all : List.of(), seen);
    reopened();
    changeState(8);
    page = await(journal().events(page.cursor(), 3));
    assertEquals(
        keeping().keepsEvents() ? events(carried("state", "8")) : List.of(), page.events());
  }

  @Test
  void theLastThousandRepliesAreKept() {
    int batch = 300;
    for (int from = 0; from < 1_500; from += batch) {
      List<JsonObject> some =
          IntStream.range(from, from + batch)
              .mapToObj(n -> new JsonObject().put("requestId", "" + n))
              .toList();
      Document next = new Document(new JsonObject().put("count", from));
      await(
          store()
              .state()
              .transact(seen -> new StateChange<>(null, next, null, new Carried(some, List.of()))));
    }
    reopened();
    List<JsonObject> kept = kept("state");
    if (keeping().keepsReplies()) {
      assertTrue(kept.size() >= 1_000, kept.size() + " are kept");
      assertEquals("1499", kept.get(kept.size() - 1).getString("requestId"));
    }
  }
}
