package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import io.vertx.micrometer.backends.BackendRegistries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide and the alerts tell of is there, and the guide's code runs. */
final class MetricsGuideTest {
  private static final Path GUIDE = Path.of("src/docs/metrics.md");
  private static final Path ALERTS = Path.of("conf/alerts.yml");
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SELECTED =
      Pattern.compile("(dreamkeeper_\\w+)(?:\\{(\\w+)!?=\"(\\w+)\"})?");

  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setMetricsOptions(
                  new MicrometerMetricsOptions()
                      .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))
                      .setEnabled(true)));

  @TempDir Path dir;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private void prometheus(Router router) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    DreamkeeperMetrics metrics = new DreamkeeperMetrics(vertx);
    metrics.bindTo(registry);
    router
        .get("/metrics")
        .handler(ask -> metrics.refresh().onSuccess(fresh -> ask.end(registry.scrape())));
    DreamkeeperHealth health = new DreamkeeperHealth(vertx, Set.of("dream"));
    router
        .get("/health/ready")
        .handler(HealthCheckHandler.create(vertx).register("projects", health::ready));
  }

  private MeterRegistry pushed() {
    MeterRegistry registry = BackendRegistries.getDefaultNow();
    DreamkeeperMetrics metrics = new DreamkeeperMetrics(vertx);
    metrics.bindTo(registry);
    vertx.setPeriodic(10_000, tick -> metrics.refresh());
    return registry;
  }

  private static String get(Vertx vertx, HttpServer server, String path) {
    return await(
        vertx
            .createHttpClient()
            .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
            .compose(request -> request.send().compose(response -> response.body()))
            .map(Object::toString));
  }

  @Test
  void isAboutWhatIsThere() throws IOException {
    Served served = Served.at(vertx, dir);
    Router router = Router.router(vertx);
    prometheus(router);
    HttpServer server =
        await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    Served.until(() -> get(vertx, server, "/metrics").contains("dreamkeeper_claim_held"));
    String text = get(vertx, server, "/metrics");
    String guide = Files.readString(GUIDE);
    assertEquals(rows(new Promlint(text)), rows(guide));
    Served.until(() -> guide.contains("\n" + get(vertx, server, "/health/ready") + "\n"));
    alertsNameWhatIsThere(text);
    served.close();
  }

  /** Gives the rows of the guide's first table. */
  private static List<String> rows(String guide) {
    return guide.lines().filter(line -> line.startsWith("| `dreamkeeper_")).toList();
  }

  private static List<String> rows(Promlint scrape) {
    List<String> rows = new ArrayList<>();
    for (String name : new TreeSet<>(scrape.types.keySet())) {
      String label =
          scrape.labels.get(name).stream()
              .filter(each -> !each.equals("project"))
              .map(each -> "`%s`: %s".formatted(each, values(scrape, name, each)))
              .collect(Collectors.joining("; "));
      String help = scrape.helps.get(name).replaceFirst("\\.$", "");
      rows.add("| `%s` | %s | %s | %s |".formatted(name, scrape.types.get(name), label, help));
    }
    return rows;
  }

  private static String values(Promlint scrape, String name, String label) {
    return scrape.series.keySet().stream()
        .filter(each -> each.startsWith(name + "{"))
        .map(each -> each.replaceFirst(".*\\b" + label + "=\"(\\w+)\".*", "$1"))
        .distinct()
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static void alertsNameWhatIsThere(String scrape) throws IOException {
    String alerts = Files.readString(ALERTS);
    List<MatchResult> named = SELECTED.matcher(alerts).results().toList();
    assertTrue(named.size() > 15, "it names some");
    for (MatchResult each : named) {
      assertTrue(scrape.contains("# TYPE " + each.group(1) + " "), each.group(1));
      if (each.group(2) != null) {
        String label = "%s=\"%s\"".formatted(each.group(2), each.group(3));
        assertTrue(
            scrape
                .lines()
                .anyMatch(line -> line.startsWith(each.group(1) + "{") && line.contains(label)),
            each.group());
      }
    }
    String[] rules = alerts.split("- alert: ", -1);
    for (int i = 1; i < rules.length; i++) {
      String before = rules[i - 1].strip();
      assertTrue(before.substring(before.lastIndexOf('\n') + 1).strip().startsWith("# "), rules[i]);
      for (String part :
          List.of("expr: ", "severity: ", "summary: ", "description: ", "./run.sh ")) {
        assertTrue(rules[i].contains(part), () -> "no " + part);
      }
    }
    assertEquals("", Promlint.tool("", "check", "rules", ALERTS.toString()));
  }

  @Test
  void itsCodeIsThisCode() throws IOException {
    String here =
        Files.readString(Path.of("src/test/java/org/dreamkeeper/web/MetricsGuideTest.java"))
            .replaceAll("(?m)^    ", "");
    List<String> code =
        CODE.matcher(Files.readString(GUIDE)).results().map(block -> block.group(1)).toList();
    assertEquals(2, code.size());
    code.forEach(block -> assertTrue(here.contains(block), block));
  }

  @Test
  void aRegistryOfVertxHasThem() {
    Served served = Served.at(vertx, dir);
    MeterRegistry registry = pushed();
    Served.until(() -> registry.find("dreamkeeper.up").gauges().size() == 1);
    served.close();
  }
}
