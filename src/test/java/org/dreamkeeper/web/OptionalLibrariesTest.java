package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperVerticle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service starts without the libraries that are optional, and lacks what needs them alone. */
final class OptionalLibrariesTest {
  private static final String MONITORING = "micrometer|prometheus|HdrHistogram|health-check";
  private static final String ALL =
      MONITORING + "|vertx-(web|auth|bridge|pg|sql|hazelcast|launcher|junit5)|hazelcast|diff-utils";

  @TempDir Path dir;

  /** What runs without them; loaded by a loader of its own. */
  public static final class Bare {
    private Bare() {}

    /** Gives what a served project counts. */
    public static String serve(String baseDir) {
      Vertx vertx = Vertx.vertx();
      try {
        return count(vertx, baseDir);
      } finally {
        await(vertx.close());
      }
    }

    /** Gives why a project that is to be kept in a database is not served. */
    public static String keep(String baseDir) {
      Vertx vertx = Vertx.vertx();
      try {
        JsonObject config = JsonObject.of("postgres", "postgresql://nobody@127.0.0.1:1/none");
        return vertx
            .deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config))
            .transform(end -> Future.succeededFuture(end.cause().getMessage()))
            .await();
      } finally {
        await(vertx.close());
      }
    }

    private static String count(Vertx vertx, String baseDir) {
      JsonObject config = JsonObject.of("baseDir", baseDir);
      await(
          vertx.deployVerticle(
              new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
      return await(Dreamkeeper.client(vertx).state().incrementCurationCount(2))
              .curationsSinceDream()
          + "";
    }

    /** Gives the statuses of some paths of the router. */
    public static String ask(String baseDir) {
      Vertx vertx = Vertx.vertx();
      try {
        String said = count(vertx, baseDir);
        HttpServer server =
            await(
                vertx
                    .createHttpServer()
                    .requestHandler(DreamkeeperRouter.create(vertx, new WebOptions()))
                    .listen(0, "127.0.0.1"));
        HttpClient client = vertx.createHttpClient();
        for (String path : List.of("/health/live", "/metrics", "/api/projects")) {
          said +=
              " "
                  + await(
                          client
                              .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
                              .compose(request -> request.send()))
                      .statusCode();
        }
        return said;
      } finally {
        await(vertx.close());
      }
    }
  }

  private String without(String libraries, String what) throws Exception {
    Pattern left = Pattern.compile(libraries);
    List<URL> rest = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path file = Path.of(entry);
      if (!entry.endsWith(".jar") || !left.matcher(file.getFileName().toString()).find()) {
        rest.add(file.toUri().toURL());
      }
    }
    ClassLoader own = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(rest.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      return (String)
          loader
              .loadClass(Bare.class.getName())
              .getMethod(what, String.class)
              .invoke(null, dir.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(own);
    }
  }

  @Test
  void aServiceNeedsNoneOfThem() throws Exception {
    assertEquals("2", without(ALL, "serve"));
  }

  @Test
  void aDatabaseWithoutItsClientIsRefusedInALine() throws Exception {
    assertEquals(
        "INVALID_CONFIG: postgres needs io.vertx:vertx-pg-client, which is not on the class path:"
            + " add that",
        without("vertx-(pg|sql)", "keep"));
  }

  @Test
  void aRouterWithoutTheMonitorsLibrariesAnswersAllElse() throws Exception {
    assertEquals("2 404 404 200", without(MONITORING, "ask"));
  }
}
