package org.dreamkeeper.model;

import static org.dreamkeeper.Served.await;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Random;
import org.dreamkeeper.InMemory;
import org.dreamkeeper.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random sequences of all actions, restarts, clock jumps and foreign edits, against a plain model
 * in memory. {@code -Dtorture=long} runs many more; {@code -Dmodel.seed=…} one again.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(Place.class)
final class ModelTest {
  private static final int LENGTH = 60;

  @Parameter Place place;

  @TempDir(factory = InMemory.class)
  Path dir;

  @Test
  void theServiceIsWhatTheModelIs() {
    Long only = Long.getLong("model.seed");
    boolean many = System.getProperty("torture", "short").equals("long");
    int walks = only != null ? 1 : many ? 3_000 : place == Place.FILES ? 30 : 10;
    Random seeds = new Random();
    Vertx vertx = Vertx.vertx();
    try {
      for (int i = 0; i < walks; i++) {
        long seed = only != null ? only : seeds.nextLong();
        try {
          new Walk(vertx, place.at(vertx, dir.resolve("walk" + i)), seed).go(LENGTH);
        } catch (AssertionError wrong) {
          throw new AssertionError("-Dmodel.seed=" + seed + "\n" + wrong.getMessage(), wrong);
        }
      }
    } finally {
      await(vertx.close());
    }
    System.out.println(
        "[model] "
            + place
            + ": "
            + walks
            + " walks of "
            + LENGTH
            + " steps: service and model agree");
  }
}
