package org.dreamkeeper.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.web.DreamkeeperRouter;
import org.dreamkeeper.web.WebOptions;

/** The page, open in eight tabs, and Prometheus. */
final class Watchers {
  private static final int TABS = 8;

  /** Prometheus comes every fifteen seconds. */
  private static final long ROUNDS_A_SCRAPE = Math.max(1, 14_000_000_000L / Measure.ROUND_NANOS);

  private final HttpServer server;
  private final HttpClient client;
  private final String api;
  private long rounds;

  Watchers(Vertx vertx, String project) throws Exception {
    api = "/api/" + project + "/";
    server =
        Project.await(
            vertx
                .createHttpServer()
                .requestHandler(DreamkeeperRouter.create(vertx, new WebOptions()))
                .listen(0, "127.0.0.1"));
    PoolOptions pool = new PoolOptions().setHttp1MaxSize(2 * TABS);
    client = vertx.createHttpClient(new HttpClientOptions(), pool);
  }

  /**
   * Measures while all are there: their event streams, and, at the beginning, what they ask in that
   * time: each tab asks for an overview every three seconds.
   */
  Measure.Figure during(Measure.Figure figure) {
    return () -> {
      List<HttpClientResponse> streams = new ArrayList<>();
      for (int i = 0; i < TABS; i++) {
        HttpClientResponse stream = Project.await(ask(HttpMethod.GET, api + "events"));
        stream.handler(event -> {});
        streams.add(stream);
      }
      List<Future<Buffer>> asked = new ArrayList<>();
      if (rounds++ % ROUNDS_A_SCRAPE == 0) {
        asked.add(ask(HttpMethod.GET, "/metrics").compose(HttpClientResponse::body));
      }
      for (int i = 0; i < TABS / 4; i++) {
        String overview = api + "admin/overview";
        asked.add(ask(HttpMethod.POST, overview).compose(HttpClientResponse::body));
      }
      double result = figure.call();
      for (Future<Buffer> each : asked) {
        Project.await(each);
      }
      for (HttpClientResponse stream : streams) {
        Project.await(stream.request().connection().close());
      }
      return result;
    };
  }

  private Future<HttpClientResponse> ask(HttpMethod method, String path) {
    return client
        .request(method, server.actualPort(), "127.0.0.1", path)
        .compose(HttpClientRequest::send)
        .onSuccess(
            answer -> {
              if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + answer.statusCode());
              }
            });
  }

  void close() throws Exception {
    Project.await(client.close());
    Project.await(server.close());
  }
}
