package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import org.dreamkeeper.Served;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.state.DreamState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other hands, or an odd clock, left in state and log stops neither a run nor an undo. */
final class OddUndoTest extends RunTestBase {

  private void foreignEntry(String id, String completedAt, String status) throws IOException {
    JsonObject summary = new JsonObject();
    for (String count :
        new String[] {"consolidated", "synthesized", "pruned", "flaggedForReview", "errors"}) {
      summary.put(count, 0);
    }
    JsonObject entry =
        new JsonObject()
            .put("id", id)
            .put("startedAt", new BigDecimal(completedAt))
            .put("completedAt", new BigDecimal(completedAt))
            .put("trigger", "cli")
            .put("status", status)
            .put("summary", summary)
            .put("operations", new JsonArray());
    if (status.equals("error")) {
      entry.put("error", "no");
    }
    kept.putEntry(id, entry.encode());
  }

  private void undoing(Object value) {
    await(keeper.state().update(new JsonObject().put("undoing", value)));
  }

  private DreamState runs() {
    completed(await(keeper.run(forced(), run -> Future.succeededFuture())));
    return state();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\"",
        "\"\"",
        "\"drm-\"",
        "\"drm-1x\"",
        "\"drm-1\\n\"",
        "5",
        "{}",
        "[1]",
        "true"
      })
  void whatIsNoUndoStopsNoRun(String json) {
    undoing(new JsonArray("[" + json + "]").getValue(0));
    assertFalse(runs().more().containsKey("undoing"));
    assertEquals(1, state().totalDreams());
    undoing(new JsonArray("[" + json + "]").getValue(0));
    await(keeper.markUndone(log().get(0).id()));
    assertFalse(state().more().containsKey("undoing"));
    assertEquals(0, state().totalDreams());
  }

  @Test
  void anUndoOfWhatCannotBeUndoneIsNone() throws IOException {
    foreignEntry("drm-5", "5", "error");
    String id = runs().lastDreamLogId().orElseThrow();
    undoing("drm-5");
    runs();
    assertFalse(state().more().containsKey("undoing"));
    assertEquals(2, state().totalDreams(), id + " still counts");
    assertEquals(DreamStatus.ERROR, entry("drm-5").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e18", "1e300", "-1", "253402300800000", "1764000000000000", "1.5"})
  void aDreamBeforeItOfAnOddTimeStopsNoUndo(String completedAt) throws IOException {
    foreignEntry("drm-100", completedAt, "completed");
    String id = runs().lastDreamLogId().orElseThrow();
    await(keeper.markUndone(id));
    boolean plausible = completedAt.equals("1.5");
    assertEquals(plausible ? "drm-100" : null, lastDreamLogId());
    assertEquals(plausible ? 1 : 0, lastCompletedAt());
    runs();
    assertEquals(1, state().totalDreams());
  }

  @Test
  void anEntryThatCannotBeSavedIsRefusedBeforeAnythingIsDone() throws IOException {
    foreignEntry("drm-12345678901234567", "5", "completed");
    Served.Failed refused =
        assertThrows(
            Served.Failed.class,
            () ->
                await(
                    keeper.undo(
                        "drm-12345678901234567",
                        entry -> {
                          throw new AssertionError("it must not be reverted");
                        })));
    assertEquals(
        "INVALID_REQUEST: drm-12345678901234567 cannot be saved, expected drm- and at most 16"
            + " digits",
        refused.getCause().getMessage());
    assertFalse(state().more().containsKey("undoing"));
    runs();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e18", "1e300", "-1", "253402300800000", "1764000000000000", "1.5"})
  void aDreamOfAnOddTimeCanBeUndone(String completedAt) throws IOException {
    foreignEntry("drm-100", completedAt, "completed");
    await(keeper.state().update(new JsonObject().put("lastDreamLogId", "drm-100")));
    await(keeper.markUndone("drm-100"));
    assertEquals(DreamStatus.UNDONE, entry("drm-100").status());
    assertNull(lastDreamLogId());
    runs();
  }
}
