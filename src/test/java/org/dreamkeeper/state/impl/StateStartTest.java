package org.dreamkeeper.state.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that is on disk keeps the actor from starting. */
@ExtendWith(VertxExtension.class)
class StateStartTest {
  @TempDir Path directory;

  @Test
  void sweepsWhatNobodyWillFinish(Vertx vertx) throws Exception {
    Files.writeString(directory.resolve("dream-state.json.dk1-7.tmp"), "half");
    Files.writeString(directory.resolve("dream-state.json.young.tmp"), "somebody else's");
    Path old = Files.writeString(directory.resolve("dream-state.json.old.tmp"), "abandoned");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    StateHost host = new StateHost(vertx, directory);
    assertEquals(List.of("dream-state.json.young.tmp"), host.names());
    host.stop();
  }

  @Test
  void startsOnADiskThatRefusesToList(Vertx vertx) throws Exception {
    Files.writeString(directory.resolve("dream-state.json"), "broken");
    FaultyDisk disk = new FaultyDisk().fail(Op.LIST, "Input/output error");
    StateHost host = new StateHost(vertx, directory, disk);
    assertEquals("corrupt", host.degraded());
    host.stop();
  }

  @Test
  void whatWasAcknowledgedIsThereAfterARestart(Vertx vertx) {
    StateHost host = new StateHost(vertx, directory);
    host.get("incrementCurationCount", StateHost.by(3));
    String revision = host.revision();
    host.stop();
    host = new StateHost(vertx, directory);
    assertEquals(3, host.read().getInteger("curationsSinceDream"));
    assertNotEquals(revision, host.revision());
    host.stop();
  }

  @Test
  void contextIsTheVerticlesOwn(Vertx vertx) {
    StateHost host = new StateHost(vertx, directory);
    assertTrue(vertx.deploymentIDs().contains(host.verticle.context().deploymentID()));
    host.stop();
  }
}
