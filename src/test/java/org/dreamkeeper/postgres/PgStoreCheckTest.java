package org.dreamkeeper.postgres;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Served;
import org.dreamkeeper.admin.AdminClient;
import org.dreamkeeper.admin.Finding;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What cannot be read is kept aside in the database, and comes back from there. */
@ExtendWith(VertxExtension.class)
final class PgStoreCheckTest {
  private final String address = "p" + UUID.randomUUID();
  private final TestDatabase database = TestDatabase.of(Path.of("/check", address));
  private KeptInPostgres kept;
  private Served served;
  private AdminClient admin;

  @BeforeEach
  void serve(Vertx vertx) {
    kept = new KeptInPostgres(vertx, Path.of("/check", address), address);
    served = Served.at(vertx, Time.system(vertx), Machine.REAL, kept.config());
    admin = Dreamkeeper.client(vertx, address).admin();
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static void refused(FailureCode code, Future<?> future) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(future));
    DreamkeeperException refusal = assertInstanceOf(DreamkeeperException.class, failed.getCause());
    assertEquals(code, refusal.code(), refusal.getMessage());
  }

  private String aside(String name) {
    return database.sql(
        "SELECT content::text FROM dreamkeeper.aside WHERE project = ? AND name = ?",
        address,
        name);
  }

  private List<Finding.Kind> kinds() {
    return await(admin.inspect()).stream().map(Finding::kind).toList();
  }

  @Test
  void anEntryThatIsNoneIsKeptAsideWithAllThatWasAppended() {
    String id = served.ask("log", "nextId", null).getString("id");
    served.ask("log", "save", Calls.bareEntry(id, System.currentTimeMillis(), "processing"));
    JsonArray operations = new JsonArray().add(Calls.prune());
    served.ask("log", "append", JsonObject.of("id", id, "operations", operations));
    refused(FailureCode.INVALID_REQUEST, admin.setAside(id));
    kept.putEntry(id, "{\"torn\": 1}");
    until(() -> await(admin.overview()).unreadable() == 1);
    assertEquals(List.of(Finding.Kind.UNREADABLE_ENTRY), kinds());
    String name = await(admin.setAside(id));
    assertEquals("{\"torn\": 1}", aside(name));
    assertEquals(1, new JsonArray(aside(name + ".appended")).size());
    until(() -> await(admin.overview()).unreadable() == 0);
    assertEquals(0, served.ask("log", "list", null).getJsonArray("entries").size());
    assertEquals(List.of(Finding.Kind.ENTRY_SET_ASIDE, Finding.Kind.ENTRY_SET_ASIDE), kinds());
    for (String none : List.of(id, "drm-1", "../x", "drm-x")) {
      refused(FailureCode.INVALID_REQUEST, admin.setAside(none));
    }
    served.ask("log", "save", Calls.bareEntry(id, System.currentTimeMillis(), "processing"));
    assertEquals(1, served.ask("log", "list", null).getJsonArray("entries").size());
  }

  @Test
  void fieldsOfAStateThatWasKeptAsideComeBackAndEntriesDoNotPushItOut() {
    kept.putState("{\"version\": 1, \"totalDreams\": 4, \"curationsSinceDream\": -1}");
    served.ask("state", "incrementCurationCount", null);
    for (int i = 1; i <= 6; i++) {
      kept.putEntry("drm-" + i, "[]");
      await(admin.setAside("drm-" + i));
    }
    kept.putState("{\"version\": 1, \"totalDreams\": -1, \"curationsSinceDream\": 3}");
    served.ask("state", "incrementCurationCount", null);
    until(() -> await(admin.overview()).quarantined() == 1);
    Finding copy =
        await(admin.inspect()).stream()
            .filter(each -> each.fields().contains("totalDreams"))
            .findFirst()
            .orElseThrow();
    assertEquals(Optional.of(Finding.Repair.PUT_BACK), copy.repair());
    await(admin.putBack(copy.place(), copy.fields()));
    assertEquals(4, served.ask("state", "read", null).getInteger("totalDreams"));
    until(() -> await(admin.overview()).quarantined() == 0);
    assertTrue(kinds().contains(Finding.Kind.STATE_SET_ASIDE));
    refused(FailureCode.INVALID_REQUEST, admin.putBack("drm-1.aside-1-1", List.of("totalDreams")));
  }

  @Test
  void whoHasLostTheClaimSetsNothingAside() {
    kept.putEntry("drm-5", "[]");
    kept.takeClaim();
    refused(FailureCode.NOT_SERVING, admin.setAside("drm-5"));
    assertEquals("[]", kept.entry("drm-5"));
  }
}
