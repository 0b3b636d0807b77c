package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.TestCluster;
import org.dreamkeeper.log.DreamStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker on one node dreams on a project that another one serves. */
final class ClusterTest {
  @TempDir Path dir;
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aDreamFromAnotherNode() {
    Vertx host = cluster.host(dir);

    Dreamkeeper remote = Dreamkeeper.client(cluster.node());
    await(remote.state().incrementCurationCount(5));
    RunResult.Completed<String> completed =
        RunTestBase.completed(
            await(
                remote.run(
                    new RunOptions(),
                    run ->
                        Future.all(
                                run.record(RunTestBase.operation("a.md")),
                                run.record(RunTestBase.operation("b.md")))
                            .map("done"))));
    assertEquals("done", completed.value());

    Dreamkeeper local = Dreamkeeper.client(host);
    assertEquals(1, await(local.state().read()).totalDreams());
    assertEquals(0, await(local.state().read()).curationsSinceDream());
    assertEquals(
        2, await(local.log().getById(completed.entry().id())).orElseThrow().operations().size());
    assertFalse(await(local.lock().status()).held());
    assertEquals(DreamStatus.UNDONE, await(remote.markUndone(completed.entry().id())).status());
  }
}
