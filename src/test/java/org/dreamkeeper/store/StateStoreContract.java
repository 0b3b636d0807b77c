package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.dreamkeeper.store.Keeping.Fault;
import org.dreamkeeper.store.StoredState.Damaged;
import org.dreamkeeper.store.StoredState.Document;
import org.dreamkeeper.store.StoredState.Missing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises of the state. */
abstract class StateStoreContract extends StoreContract {
  private static final String ODD =
      "{\"z\":1.5,\"a\":[null,{\"b\":\"é\\n\"}],\"0\":9007199254740991,\"x\":1.0E300,\"e\":{}}";

  private StateStore state() {
    return store().state();
  }

  private StoredState seen() {
    return await(state().transact(seen -> new StateChange<>(seen, null, null, Carried.NONE)));
  }

  private JsonObject json() {
    return assertInstanceOf(Document.class, seen()).json();
  }

  private static Document document(int count) {
    return new Document(new JsonObject().put("count", count));
  }

  private Future<StoredState> become(Document next) {
    return state().transact(seen -> new StateChange<>(seen, next, null, Carried.NONE));
  }

  /** Counts one up, whatever others do meanwhile. */
  private static StateChange<Integer> increment(StoredState seen) {
    int count = seen instanceof Document is ? is.json().getInteger("count") : 0;
    return new StateChange<>(count + 1, document(count + 1), null, Carried.NONE);
  }

  @Test
  void hasAName() {
    assertEquals(1, state().name().lines().count());
  }

  @Test
  void nothingIsMissingAndStaysSo() {
    StoredState nothing = seen();
    assertInstanceOf(Missing.class, nothing);
    assertSame(nothing, seen());
    assertNull(keeping().state());
  }

  @Test
  void whatIsCommittedIsWhatComesBack() {
    Document next = document(1);
    assertInstanceOf(Missing.class, await(become(next)));
    assertSame(next, seen());
    assertSame(next, seen());
    Document second = document(2);
    assertSame(next, await(become(second)));
    assertSame(second, seen());
  }

  @Test
  void orderAndNumbersSurvive() {
    await(become(new Document(new JsonObject(ODD))));
    reopened();
    assertEquals(ODD, json().encode());
    assertEquals(ODD, new JsonObject(keeping().state()).encode());
  }

  @Test
  void whatOthersChangeIsSeen() {
    Document ours = document(1);
    await(become(ours));
    keeping().putState("{\"count\": 7}");
    StoredState theirs = seen();
    assertNotSame(ours, theirs);
    assertEquals(7, json().getInteger("count"));
    assertSame(theirs, seen());
    keeping().putState(null);
    assertInstanceOf(Missing.class, seen());
  }

  @Test
  void whoeverWasOvertakenDecidesAgain() {
    await(become(document(1)));
    List<StoredState> decided = new ArrayList<>();
    int count =
        await(
            state()
                .transact(
                    seen -> {
                      decided.add(seen);
                      if (decided.size() == 1) {
                        keeping().putState("{\"count\": 40}");
                      }
                      return increment(seen);
                    }));
    assertEquals(41, count);
    assertEquals(2, decided.size());
    assertEquals(41, json().getInteger("count"));
  }

  @Test
  void transactionsThatAreAskedForTogetherAreMadeOneAfterTheOther() {
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(state().transact(StateStoreContract::increment));
    }
    await(Future.all(all));
    assertEquals(
        20, all.stream().map(Future::result).distinct().count(), "each has seen another one");
    assertEquals(20, json().getInteger("count"));
  }

  @Test
  void aDecisionThatFailsChangesNothing() {
    Document ours = document(1);
    await(become(ours));
    IllegalStateException bug = new IllegalStateException("a bug");
    Function<StoredState, StateChange<Void>> broken =
        seen -> {
          throw bug;
        };
    assertSame(
        bug, assertThrows(IllegalStateException.class, () -> await(state().transact(broken))));
    assertSame(ours, seen());
  }

  @Test
  void whatIsRefusedLeavesTheOld() {
    Document ours = document(1);
    await(become(ours));
    keeping().changesAre(Fault.REFUSED);
    StoreException refusal = refused(become(document(2)));
    assertFalse(refusal.inDoubt());
    assertEquals(1, refusal.getMessage().lines().count());
    assertTrue(refusal.getMessage().startsWith(state().name() + ": "), refusal.getMessage());
    assertSame(ours, seen());
    keeping().changesAre(Fault.NONE);
    await(become(document(3)));
    assertEquals(3, json().getInteger("count"));
  }

  @Test
  void whatIsNotConfirmedIsInDoubtUntilItIsCommittedOnceMore() {
    Document ours = document(1);
    await(become(ours));
    keeping().changesAre(Fault.UNCONFIRMED);
    assertTrue(refused(become(document(2))).inDoubt());
    keeping().changesAre(Fault.NONE);
    Document stands = assertInstanceOf(Document.class, seen());
    assertNotSame(ours, stands);
    assertEquals(2, stands.json().getInteger("count"));
    assertSame(stands, await(become(stands)));
    assertSame(stands, seen());
    assertEquals(2, new JsonObject(keeping().state()).getInteger("count"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"count\":", "{\"count\": 1,}"})
  void whatIsNoDocumentIsDamaged(String text) {
    keeping().putState(text);
    Damaged damaged = assertInstanceOf(Damaged.class, seen());
    assertNull(damaged.json());
    assertEquals(1, damaged.reason().lines().count());
    assertSame(damaged, seen());
  }

  private StateChange<Void> settingAside(List<String> told, int count) {
    return new StateChange<>(null, document(count), told::add, Carried.NONE);
  }

  @Test
  void whatIsLostIsSetAsideBefore() {
    List<String> told = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      int count = i;
      keeping().putState("{ broken " + i);
      await(state().transact(seen -> settingAside(told, count)));
      assertEquals(count, json().getInteger("count"));
      assertEquals(count, told.size());
      assertEquals(count, keeping().statesSetAside());
    }
    assertEquals(3, told.stream().distinct().count());
  }

  @Test
  void itIsSetAsideOnceHoweverOftenTheChangeFails() {
    List<String> told = new ArrayList<>();
    keeping().putState("{ broken");
    keeping().changesAre(Fault.REFUSED);
    for (int i = 0; i < 3; i++) {
      refused(state().transact(seen -> settingAside(told, 1)));
    }
    assertInstanceOf(Damaged.class, seen());
    keeping().changesAre(Fault.NONE);
    await(state().transact(seen -> settingAside(told, 1)));
    assertEquals(1, told.size());
    assertEquals(1, keeping().statesSetAside());
  }

  @Test
  void whereNothingStandsThereIsNothingToSetAside() {
    List<String> told = new ArrayList<>();
    await(state().transact(seen -> settingAside(told, 1)));
    assertEquals(List.of(), told);
    assertEquals(1, json().getInteger("count"));
  }
}
