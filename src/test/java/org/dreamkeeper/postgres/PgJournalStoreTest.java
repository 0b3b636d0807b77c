package org.dreamkeeper.postgres;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.KeptReply;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.JournalStore;
import org.dreamkeeper.store.JournalStore.Page;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredState.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal does not grow for ever, and says where it does not reach back. */
final class PgJournalStoreTest {
  private static final int EACH = 200;
  private static final long HOUR_MS = 3_600_000;

  @TempDir Path inItsStead;
  private final Vertx vertx = Vertx.vertx();
  private ProjectStore store;
  private JournalStore journal;

  @BeforeEach
  void open() {
    store = await(new KeptInPostgres(vertx, inItsStead, "dream").open("first"));
    journal = store.journal();
  }

  @AfterEach
  void close() {
    await(store.close());
    await(vertx.close());
  }

  private static List<JsonObject> some(int batch) {
    return IntStream.range(batch * EACH, (batch + 1) * EACH)
        .mapToObj(n -> new JsonObject().put("requestId", "r" + n).put("n", n))
        .toList();
  }

  private void commit(Carried carried) {
    Document next = new Document(new JsonObject());
    await(store.state().transact(seen -> new StateChange<>(null, next, null, carried)));
  }

  private List<JsonObject> kept() {
    return await(journal.replies("state")).stream().map(KeptReply::reply).toList();
  }

  private int number(String sql) {
    return Integer.parseInt(TestDatabase.of(inItsStead).sql(sql));
  }

  @Test
  void theLatestEventsAreKeptAndOneWhoIsFurtherBehindIsTold() {
    await(journal.record(some(0)));
    String behind = await(journal.events(null, 1)).cursor();
    for (int batch = 1; batch < 128; batch++) {
      await(journal.record(some(batch)));
    }
    int last = 128 * EACH - 1;
    Page page = await(journal.events(behind, 1_000));
    assertTrue(page.gap());
    assertEquals(last - 10_000 + 1, page.events().get(0).getInteger("n"));
    Page oldest = await(journal.events(null, 1));
    assertFalse(oldest.gap());
    assertEquals(page.events().get(0), oldest.events().get(0));
    assertFalse(await(journal.events(oldest.cursor(), 1)).gap());
    assertEquals(10_000, number("SELECT sum(json_array_length(content)) FROM dreamkeeper.event"));
  }

  @Test
  void theLatestRepliesAreKeptAndOfWhatHasNoneTheLastCommitAlone() {
    for (int batch = 0; batch < 64; batch++) {
      commit(new Carried(some(batch), List.of()));
    }
    List<JsonObject> kept = kept();
    assertTrue(kept.size() >= 1_000 && kept.size() <= 1_000 + EACH, kept.size() + " are kept");
    assertEquals(64 * EACH - 1, kept.get(kept.size() - 1).getInteger("n"));
    for (int i = 0; i < 64; i++) {
      commit(Carried.NONE);
    }
    assertEquals(kept, kept(), "nothing pushes them out but others");
    int commits = number("SELECT count(*) FROM dreamkeeper.journal");
    assertTrue(commits <= 8, commits + " commits are kept");
  }

  @Test
  void whatAGatewayIsNotDoneWithIsKeptHoweverMuchComesAfterIt() {
    JsonObject held = new JsonObject().put("requestId", "held");
    commit(new Carried(List.of(held), List.of()));
    commit(new Carried(List.of(new JsonObject().put("requestId", "done")), List.of()));
    journal.spare("state", () -> Set.of("held", "another"));
    for (int batch = 2; batch < 128; batch++) {
      commit(new Carried(some(batch), List.of()));
    }
    List<JsonObject> kept = kept();
    assertEquals(held, kept.get(0));
    assertTrue(kept.size() <= 1_001 + EACH, kept.size() + " are kept");
    journal.spare("state", Set::of);
    for (int batch = 128; batch < 192; batch++) {
      commit(new Carried(some(batch), List.of()));
    }
    assertFalse(kept().contains(held));
  }

  @Test
  void howOldAReplyIsIsKeptByTheServersClock() {
    commit(new Carried(some(0), List.of()));
    TestDatabase.of(inItsStead).sql("UPDATE dreamkeeper.journal SET at = at - interval '1 hour'");
    commit(new Carried(some(1), List.of()));
    List<KeptReply> all = await(journal.replies("state"));
    assertTrue(all.get(0).ageMs() >= HOUR_MS, () -> all.get(0).toString());
    assertTrue(all.get(EACH).ageMs() < HOUR_MS, () -> all.get(EACH).toString());
  }

  @Test
  void largeRepliesAreKeptAsFarAsTheyMayBeRemembered() {
    String large = "x".repeat(100_000);
    for (int i = 0; i < 64; i++) {
      commit(new Carried(List.of(new JsonObject().put("requestId", large)), List.of()));
    }
    int kept = kept().size();
    assertTrue(kept >= 30 && kept <= 40, kept + " of 3.2 MB are kept");
  }

  @Test
  void whatKillsEachSessionIsNotTriedForEverAndIsSurelyNotDone() {
    TestDatabase database = TestDatabase.of(inItsStead);
    commit(new Carried(some(0), List.of()));
    database.sql(
        """
        CREATE FUNCTION dreamkeeper.die() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$
        """);
    database.sql(
        "CREATE TRIGGER death BEFORE INSERT ON dreamkeeper.journal"
            + " FOR EACH ROW EXECUTE FUNCTION dreamkeeper.die()");
    StoreException no =
        assertThrows(StoreException.class, () -> commit(new Carried(some(1), List.of())));
    assertFalse(no.inDoubt());
    database.sql("DROP TRIGGER death ON dreamkeeper.journal");
    assertEquals(EACH, kept().size());
    commit(new Carried(some(2), List.of()));
    assertEquals(2 * EACH, kept().size());
  }

  @Test
  void whatIsNoCursorIsRefused() {
    for (String odd : List.of("", "1", "1-2-3", "1-2-3-x", "9".repeat(19) + "-1-1-1")) {
      DreamkeeperException refusal =
          assertThrows(DreamkeeperException.class, () -> await(journal.events(odd, 1)));
      assertEquals(FailureCode.INVALID_REQUEST, refusal.code());
    }
  }
}
