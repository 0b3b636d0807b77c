package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.Keeping.Fault;
import org.dreamkeeper.store.LogStore.Addition;
import org.dreamkeeper.store.LogStore.Changes;
import org.dreamkeeper.store.LogStore.Committed;
import org.dreamkeeper.store.LogStore.Extent;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.LogStore.Result;
import org.junit.jupiter.api.Test;

/** What every store promises of the log. */
abstract class LogStoreContract extends StoreContract {

  private LogStore log() {
    return store().log();
  }

  private static JsonObject entry(int number, String note) {
    JsonObject summary = new JsonObject().put("pruned", 0).put("flaggedForReview", 0);
    return new JsonObject()
        .put("id", "drm-" + number)
        .put("note", note)
        .put("operations", new JsonArray())
        .put("summary", summary);
  }

  private static JsonObject operation(int number) {
    return new JsonObject()
        .put("type", "PRUNE")
        .put("file", number + "\n.md")
        .put("needsReview", number % 2 == 0);
  }

  private void foreign(int number, String note) {
    keeping().putEntry("drm-" + number, entry(number, note).encodePrettily());
  }

  private static Put put(String id, boolean exact, Function<StoredEntry, JsonObject> decide) {
    return new Put(id, exact, decide, next -> carried("put", id));
  }

  private static Put put(int number, String note) {
    return put("drm-" + number, false, old -> entry(number, note));
  }

  private Committed<StoredEntry> commit(Put... puts) {
    return await(log().commit(List.of(puts), Removal.NONE, Function.identity()));
  }

  private StoredEntry saved(int number, String note) {
    Result<StoredEntry> result = commit(put(number, note)).results().get(0);
    assertTrue(result.written());
    assertNull(result.failure());
    assertEquals(entry(number, note), result.now().json());
    return result.now();
  }

  private StoredEntry read(int number) {
    String id = "drm-" + number;
    return await(log().read(List.of(id), Function.identity())).get(id);
  }

  private String note(int number) {
    StoredEntry now = read(number);
    return now == null ? null : now.json().getString("note");
  }

  private Changes<StoredEntry> changes() {
    return await(log().refresh(false, Function.identity()));
  }

  private static Map<String, String> notes(Changes<StoredEntry> changes) {
    return changes.changed().stream()
        .collect(
            Collectors.toMap(each -> each.version().id(), each -> each.json().getString("note")));
  }

  @Test
  void whereNothingIsKeptNothingIsTold() {
    assertEquals(new Changes<>(List.of(), Set.of()), changes());
    assertEquals(Map.of(), await(log().read(List.of("drm-1"), Function.identity())));
    assertNull(commit(put("drm-1", true, old -> null)).results().get(0).now());
    assertEquals(0, log().reservedIds());
  }

  @Test
  void whatOthersDoIsToldByTheNextRefresh() {
    foreign(1, "a");
    foreign(2, "b");
    assertEquals(Map.of("drm-1", "a", "drm-2", "b"), notes(changes()));
    foreign(2, "c");
    foreign(3, "d");
    keeping().putEntry("drm-1", null);
    Changes<StoredEntry> changes = changes();
    assertEquals("c", notes(changes).get("drm-2"));
    assertEquals("d", notes(changes).get("drm-3"));
    assertEquals(Set.of("drm-1"), changes.removed());
    assertEquals(Set.of(), changes().removed());
  }

  @Test
  void whatWasPutAndGoesByOtherHandsIsToldToo() {
    changes();
    saved(1, "a");
    foreign(2, "b");
    assertEquals("b", note(2));
    keeping().putEntry("drm-1", null);
    keeping().putEntry("drm-2", null);
    assertEquals(Set.of("drm-1", "drm-2"), changes().removed());
  }

  @Test
  void aVersionIsKnownByItsStamp() {
    StoredEntry first = saved(1, "a");
    assertEquals(first.version().stamp(), read(1).version().stamp());
    StoredEntry second = saved(1, "a");
    assertNotEquals(first.version().stamp(), second.version().stamp());
    assertTrue(second.version().bytes() > 0 && second.version().held() > 0);
  }

  @Test
  void whatIsNoObjectHasAFlawAndCanBeReplaced() {
    keeping().putEntry("drm-1", "no entry");
    StoredEntry odd = read(1);
    assertNull(odd.json());
    assertNotNull(odd.flaw());
    assertFalse(odd.unread());
    saved(1, "a");
    assertNull(read(1).flaw());
  }

  @Test
  void whatIsPutIsThereForTheNextClaimantToo() {
    changes();
    Put[] puts = IntStream.rangeClosed(1, 20).mapToObj(n -> put(n, "n" + n)).toArray(Put[]::new);
    assertTrue(commit(puts).results().stream().allMatch(Result::written));
    reopened();
    assertEquals(20, notes(changes()).size());
    assertEquals("n7", note(7));
  }

  @Test
  void aDecisionSeesWhatIsThereAndMayLeaveItOrRefuseForItselfAlone() {
    foreign(1, "a");
    foreign(2, "b");
    DreamkeeperException no = new DreamkeeperException(FailureCode.TOO_LARGE, "no");
    List<Result<StoredEntry>> results =
        commit(
                put("drm-1", false, old -> old.json().copy().put("more", 1)),
                put("drm-2", true, old -> null),
                put(
                    "drm-3",
                    false,
                    old -> {
                      throw no;
                    }),
                put(4, "d"))
            .results();
    assertEquals(entry(1, "a").put("more", 1), results.get(0).now().json());
    assertFalse(results.get(1).written());
    assertEquals("b", results.get(1).now().json().getString("note"));
    assertEquals(no, results.get(2).failure());
    assertTrue(results.get(3).written());
    assertNull(read(3));
  }

  @Test
  void anExactPutIsDecidedAgainWhereSomebodyElseWasFaster() {
    foreign(1, "a");
    AtomicInteger calls = new AtomicInteger();
    Put exact =
        put(
            "drm-1",
            true,
            old -> {
              if (calls.incrementAndGet() == 1) {
                foreign(1, "theirs");
              }
              String note = old.json().getString("note");
              return note.equals("theirs") ? null : entry(1, "ours over " + note);
            });
    Result<StoredEntry> result = commit(exact).results().get(0);
    assertFalse(result.written());
    assertEquals(2, calls.get());
    assertEquals("theirs", result.now().json().getString("note"));
    assertEquals("theirs", note(1));
  }

  @Test
  void whatIsToGoGoesIfItIsWhatWasTold() {
    EntryVersion first = saved(1, "a").version();
    EntryVersion second = saved(2, "b").version();
    foreign(2, "theirs");
    EntryVersion third = saved(3, "c").version();
    Committed<StoredEntry> done =
        await(
            log()
                .commit(
                    List.of(put(4, "d")),
                    new Removal(List.of(first, second), List.of(third), LogStoreContract::gone),
                    Function.identity()));
    assertEquals(List.of("drm-1"), done.removed());
    assertNull(note(1));
    assertEquals("theirs", note(2));
    assertTrue(log().reservedIds() >= 1, "the id is not handed out again");
    keeping().putEntry("drm-3", null);
    Removal relying =
        new Removal(List.of(read(4).version()), List.of(third), LogStoreContract::gone);
    assertEquals(List.of(), await(log().commit(List.of(), relying, Function.identity())).removed());
    assertEquals("d", note(4));
  }

  private static Addition<String> three(Extent extent) {
    return new Addition<>(
        IntStream.range(0, 3).mapToObj(n -> operation(extent.operations() + n)).toList(),
        "had " + extent.operations(),
        carried("append", "had " + extent.operations()));
  }

  private static Carried gone(List<String> ids) {
    return carried("gone", String.join(" ", ids));
  }

  @Test
  void whatIsAppendedIsThereAndCounted() {
    EntryVersion seen = saved(1, "a").version();
    assertEquals(Optional.of("had 0"), await(log().append(seen, LogStoreContract::three)));
    assertEquals(Optional.of("had 3"), await(log().append(seen, LogStoreContract::three)));
    assertEquals(
        Optional.of("none"),
        await(log().append(seen, extent -> new Addition<>(List.of(), "none", Carried.NONE))));
    for (int i = 0; i < 2; i++) {
      JsonObject now = read(1).json();
      assertEquals(
          IntStream.range(0, 6).mapToObj(LogStoreContract::operation).toList(),
          now.getJsonArray("operations").stream().toList());
      assertEquals(6, now.getJsonObject("summary").getInteger("pruned"));
      assertEquals(3, now.getJsonObject("summary").getInteger("flaggedForReview"));
      assertTrue(read(1).version().bytes() > seen.bytes());
      reopened();
      changes();
    }
    saved(1, "whole again");
    assertEquals(0, read(1).json().getJsonArray("operations").size());
  }

  @Test
  void nothingIsAppendedToAnotherVersion() {
    EntryVersion seen = saved(1, "a").version();
    foreign(1, "theirs");
    assertEquals(Optional.empty(), await(log().append(seen, LogStoreContract::three)));
    keeping().putEntry("drm-1", null);
    assertEquals(Optional.empty(), await(log().append(seen, LogStoreContract::three)));
  }

  @Test
  void whatIsRefusedLeavesTheOld() {
    saved(1, "a");
    keeping().changesAre(Fault.REFUSED);
    Result<StoredEntry> result = commit(put(1, "b")).results().get(0);
    StoreException refusal = assertInstanceOf(StoreException.class, result.failure());
    assertFalse(refusal.inDoubt());
    assertEquals(1, refusal.getMessage().lines().count());
    keeping().changesAre(Fault.NONE);
    assertEquals("a", note(1));
  }

  @Test
  void whatIsNotConfirmedIsInDoubt() {
    saved(1, "a");
    keeping().changesAre(Fault.UNCONFIRMED);
    Result<StoredEntry> result = commit(put(1, "b")).results().get(0);
    assertTrue(assertInstanceOf(StoreException.class, result.failure()).inDoubt());
    keeping().changesAre(Fault.NONE);
    assertTrue(Set.of("a", "b").contains(note(1)));
  }

  @Test
  void idsAreReservedForGood() {
    await(log().reserveIds(1_000));
    assertEquals(1_000, log().reservedIds());
    reopened();
    assertEquals(1_000, log().reservedIds());
    await(log().reserveIds(7));
    reopened();
    assertEquals(7, log().reservedIds());
  }

  @Test
  void whoeverHasLostTheClaimChangesNothing() {
    saved(1, "a");
    keeping().takeClaim();
    assertNotNull(await(store().look()));
    assertNotNull(commit(put(1, "b")).results().get(0).failure());
    refused(log().reserveIds(9));
    reopened();
    assertEquals("a", note(1));
  }
}
