package org.dreamkeeper.host;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.bus.impl.config.ConfigReader;

/**
 * What the host serves and runs: {@code {"projects": [{…}], "workers": [{"verticle": "…", "config":
 * {…}}], "socket": true, "web": {…}}}; with {@code "postgres"}, or {@code "serve": false}, as a
 * node among others.
 *
 * @param node the config of the {@code DreamkeeperNode} that serves the projects; null if the host
 *     serves them by itself
 * @param projects each a config of {@code DreamkeeperVerticle}, valid
 * @param workers what runs on them
 * @param socket whether the command line may ask it by a Unix socket
 * @param web where it is asked over HTTP, and shows its page; null for nowhere
 */
public record HostOptions(
    JsonObject node, List<Project> projects, List<Worker> workers, boolean socket, WebConfig web) {

  /** Where the projects of a node are that only asks others. */
  private static final String ASKED = "postgresql://nobody@other-nodes:5432/unknown";

  /**
   * A project.
   *
   * @param options its config, read
   * @param config its config as it was written
   */
  public record Project(DreamkeeperOptions options, JsonObject config) {}

  /**
   * A worker.
   *
   * @param verticle its class, or another name that a verticle factory knows
   * @param config its config; empty if there is none
   */
  public record Worker(String verticle, JsonObject config) {}

  /**
   * Reads the options.
   *
   * @param json the configuration
   * @return the options
   * @throws IllegalArgumentException naming the key that is missing, unknown, of a wrong type or
   *     out of range
   */
  public static HostOptions of(JsonObject json) {
    ConfigReader settings =
        new ConfigReader("", json, "projects workers postgres serve socket web");
    boolean serve = settings.bool("serve", true);
    String postgres = json.containsKey("postgres") ? settings.text("postgres", null) : null;
    List<JsonObject> projects = settings.objects("projects");
    JsonObject node = null;
    if (postgres != null || !serve) {
      node = json.copy();
      node.remove("workers");
      node.remove("socket");
      node.remove("web");
      projects = projects.stream().map(each -> on(postgres, each)).toList();
    }
    List<JsonObject> workers = settings.objects("workers");
    if (node == null && projects.isEmpty() && workers.isEmpty()) {
      throw new IllegalArgumentException("projects is empty, expected " + ConfigFile.EXAMPLE);
    }
    List<Project> served = new ArrayList<>();
    for (int i = 0; i < projects.size(); i++) {
      served.add(project(i, projects.get(i)));
    }
    distinct("address", served, DreamkeeperOptions::getAddress);
    distinct("baseDir", served, DreamkeeperOptions::getBaseDir);
    List<Worker> run = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      run.add(worker(i, workers.get(i)));
    }
    WebConfig web = json.containsKey("web") ? new WebConfig(settings.object("web")) : null;
    return new HostOptions(
        node, List.copyOf(served), List.copyOf(run), settings.bool("socket", true), web);
  }

  private static JsonObject on(String postgres, JsonObject project) {
    return project.copy().put("postgres", postgres == null ? ASKED : postgres);
  }

  private static Project project(int index, JsonObject json) {
    try {
      return new Project(new DreamkeeperOptions(json), json);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("projects[" + index + "]." + wrong.getMessage(), wrong);
    }
  }

  private static void distinct(
      String key, List<Project> projects, Function<DreamkeeperOptions, String> value) {
    List<String> values = projects.stream().map(each -> value.apply(each.options())).toList();
    for (int i = 0; i < values.size(); i++) {
      int first = values.indexOf(values.get(i));
      if (values.get(i) != null && first < i) {
        throw new IllegalArgumentException(
            "projects[%d].%s is \"%s\", expected another one than that of projects[%d]"
                .formatted(i, key, values.get(i), first));
      }
    }
  }

  private static Worker worker(int index, JsonObject json) {
    ConfigReader settings = new ConfigReader("workers[" + index + "]", json, "verticle config");
    return new Worker(settings.text("verticle", null), settings.object("config"));
  }
}
