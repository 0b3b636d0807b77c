package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever embeds the service without its page needs vertx-core, and nothing of what the page needs.
 */
final class WithoutWebTest {
  private static final Pattern OPTIONAL =
      Pattern.compile(
          ".*/(vertx-(web|auth|bridge|health|micrometer|launcher|pg|sql|hazelcast)|micrometer|hazelcast"
              + "|picocli|prometheus|java-diff-utils)[^/]*\\.jar");

  @TempDir Path dir;

  /** Runs where only those classes are that an embedder has. */
  public static final class Embedder implements Callable<String> {
    private final String baseDir;

    /** Serves a directory. */
    public Embedder(String baseDir) {
      this.baseDir = baseDir;
    }

    @Override
    public String call() throws Exception {
      Vertx vertx = Vertx.vertx();
      try {
        JsonObject config = new DreamkeeperOptions().setBaseDir(baseDir).toJson();
        get(
            vertx.deployVerticle(
                new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
        Dreamkeeper keeper = Dreamkeeper.client(vertx);
        get(keeper.state().incrementCurationCount());
        return keeper.prefix() + " " + get(keeper.state().read()).curationsSinceDream();
      } finally {
        get(vertx.close());
      }
    }

    private static <T> T get(Future<T> future) throws Exception {
      CompletionStage<T> stage = future.toCompletionStage();
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!OPTIONAL.matcher(entry).matches()) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  @Test
  void aDirectoryIsServed() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader bare =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(bare);
      for (String missing :
          List.of(
              "io.vertx.ext.web.Router",
              "io.vertx.ext.healthchecks.HealthChecks",
              "io.micrometer.core.instrument.MeterRegistry")) {
        assertThrows(ClassNotFoundException.class, () -> bare.loadClass(missing));
      }
      Object embedder =
          bare.loadClass(Embedder.class.getName())
              .getConstructor(String.class)
              .newInstance(dir.toString());
      assertEquals("dream 1", ((Callable<?>) embedder).call());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
