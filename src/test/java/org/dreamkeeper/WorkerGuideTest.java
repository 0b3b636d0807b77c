package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dreamkeeper.WorkerGuideTest.WorkerCode.Worker;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code that the guides show is this code, and this code runs. */
final class WorkerGuideTest {
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final Clock clock = Clock.systemUTC();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private Future<Void> embed(String baseDir) {
    // embed
    JsonObject config = new DreamkeeperOptions().setBaseDir(baseDir).toJson();
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    Dreamkeeper keeper = Dreamkeeper.client(vertx);
    return vertx
        .deployVerticle("org.dreamkeeper.DreamkeeperVerticle", options)
        .compose(deployed -> keeper.state().incrementCurationCount())
        .compose(state -> keeper.lock().acquire(new AcquireOptions().setOwner("my worker")))
        .compose(
            answer -> answer.fold(ours -> dream(ours.lock()), held -> Future.succeededFuture()));
    // end
  }

  private Future<Void> dream(DreamLock lock) {
    // dream
    return lock.log()
        .nextId()
        .map(id -> DreamLogEntry.processing(id, clock.instant(), DreamTrigger.MANUAL))
        .compose(entry -> lock.log().save(entry).map(entry))
        .compose(entry -> consolidate().map(entry))
        .compose(entry -> lock.log().save(entry.completed(clock.instant())).map(entry))
        .compose(entry -> lock.state().recordDream(entry.id()))
        .compose(recorded -> lock.release().<Void>mapEmpty())
        .recover(failure -> lock.rollback().transform(end -> Future.failedFuture(failure)));
    // end
  }

  private static Future<Void> consolidate() {
    return Future.succeededFuture();
  }

  static final class WorkerCode {
    // worker
    public static final class Worker extends VerticleBase {
      @Override
      public Future<?> start() {
        RunOptions options = new RunOptions().setOwner("my worker").setForce(true);
        return Dreamkeeper.client(vertx).run(options, this::dream);
      }

      Future<String> dream(DreamRun run) {
        // First what an undo needs, durably; then the deed.
        return run.record(merge()).map(recorded -> "a.md and b.md are one");
      }

      private Consolidate merge() {
        Map<String, String> texts = Map.of("a.md", "same", "b.md", "same");
        List<String> files = List.of("a.md", "b.md");
        return new Consolidate(
            Consolidate.Action.MERGE, files, "a.md", texts, false, "they say the same");
      }
    }
    // end
  }

  @Test
  void theWorkerCanBeStubbed() {
    // stub
    List<DreamOperation> recorded = new ArrayList<>();
    InvocationHandler calls =
        (stub, method, arguments) -> {
          recorded.add((DreamOperation) arguments[0]);
          return Future.succeededFuture();
        };
    Class<?>[] type = {DreamRun.class};
    DreamRun run = (DreamRun) Proxy.newProxyInstance(getClass().getClassLoader(), type, calls);
    assertEquals("a.md and b.md are one", new Worker().dream(run).result());
    assertEquals(1, recorded.size());
    // end
  }

  private Future<JsonObject> raw() {
    // raw
    return vertx
        .eventBus()
        .<JsonObject>request(
            "dream.state",
            new JsonObject().put("by", 2),
            new DeliveryOptions().addHeader("action", "incrementCurationCount"))
        .map(Message::body);
    // end
  }

  @Test
  void theCodeRuns() {
    await(embed(dir.toString()));
    Dreamkeeper keeper = Dreamkeeper.client(vertx);
    assertEquals(1, await(keeper.state().read()).totalDreams());
    assertEquals(
        DreamStatus.COMPLETED, await(keeper.log().list(LogQuery.all())).entries().get(0).status());
    assertEquals(2, await(raw()).getInteger("curationsSinceDream"));
  }

  @Test
  void theWorkerDreams() {
    JsonObject config = new JsonObject().put("baseDir", dir.toString());
    await(
        vertx.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
    await(vertx.deployVerticle(new Worker()));
    Dreamkeeper keeper = Dreamkeeper.client(vertx);
    DreamLogEntry entry = await(keeper.log().list(LogQuery.all())).entries().get(0);
    assertEquals(DreamStatus.COMPLETED, entry.status());
    assertEquals(1, entry.summary().consolidated());
    assertEquals(1, await(keeper.state().read()).totalDreams());
  }

  @Test
  void theGuidesHaveThisCode() throws IOException {
    String guides =
        Files.readString(Path.of("src/docs/worker.md"))
            + Files.readString(Path.of("src/docs/contract.md"));
    String source = Files.readString(Path.of("src/test/java/org/dreamkeeper/WorkerGuideTest.java"));
    Matcher shown =
        Pattern.compile("<!-- (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL).matcher(guides);
    int found = 0;
    while (shown.find()) {
      String begin = "    // " + shown.group(1) + "\n";
      int at = source.indexOf(begin) + begin.length();
      String code = source.substring(at, source.indexOf("    // end\n", at));
      assertEquals(code, shown.group(2), shown.group(1));
      found++;
    }
    assertEquals(5, found);
  }
}
