package org.dreamkeeper.host;

import io.vertx.core.Deployable;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.launcher.application.ExitCodes;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import java.util.List;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.host.command.Commands;
import org.slf4j.Logger;

/**
 * What {@code run.sh} starts: Vert.x's own launcher with {@link HostVerticle}, serving {@code
 * conf/dreamkeeper.json} unless there is a {@code -conf}. A start that fails says why in one line
 * on stderr; the exit code is then the launcher's (1 configuration, 2 arguments, 11 Vert.x, 15
 * deployment). A first word that is no option is a command instead, see {@link Commands}.
 */
public final class HostMain extends VertxApplication implements VertxApplicationHooks {
  private static final Logger LOG = Log.of(HostMain.class);
  private static final String NOT_STARTED = "Dreamkeeper did not start: ";

  /**
   * Off unless the user says otherwise: the cache that it needs goes when the JVM begins to end,
   * and from then on Vert.x's file system refuses every new file, so that nothing could stop
   * cleanly.
   */
  private static final String CLASS_PATH_RESOLVING = "classPathResolvingEnabled";

  /** Which configuration of the cluster manager's Vert.x takes: by default, its own. */
  private static final String HAZELCAST = "vertx.hazelcast.config";

  private final Arguments arguments;
  private volatile List<String> directories = List.of();
  private volatile HostVerticle host;
  private volatile boolean told;
  private volatile boolean serving;
  private volatile boolean stopping;

  private HostMain(Arguments arguments) {
    super(arguments.complete(), null, false, false);
    this.arguments = arguments;
  }

  /**
   * Starts the host; returns when it serves, and ends the JVM when it cannot.
   *
   * @param args Vert.x's launcher's
   */
  public static void main(String[] args) {
    if (Commands.meant(args)) {
      Commands.main(args);
    }
    if (System.getProperty(HAZELCAST) == null
        && HostMain.class.getResource("/hazelcast.xml") != null) {
      System.setProperty(HAZELCAST, "classpath:hazelcast.xml");
      // What it says before it reads that, too.
      System.setProperty("hazelcast.logging.type", "slf4j");
    }
    Arguments arguments = new Arguments(args);
    String wrong = arguments.wrong();
    if (wrong != null) {
      System.err.println(NOT_STARTED + wrong);
      System.exit(ExitCodes.USAGE);
    }
    HostMain host = new HostMain(arguments);
    int exitCode = host.launch();
    if (exitCode != 0) {
      if (!host.told && !host.stopping && exitCode != ExitCodes.USAGE) {
        host.refuse("the arguments are wrong; -help lists them.");
      }
      // Vert.x, if it runs, is closed by the launcher's shutdown hook.
      System.exit(exitCode);
    }
  }

  @Override
  public JsonObject afterVertxOptionsParsed(JsonObject options) {
    String given = arguments.value("options", "vertx-options");
    if (given != null && options == null) {
      throw refuse("-options " + given + ": it is neither a JSON file nor JSON. Correct it.");
    }
    try {
      JsonObject complete = options == null ? new JsonObject() : options.copy();
      JsonObject files = complete.getJsonObject("fileSystemOptions", new JsonObject());
      if (!files.containsKey(CLASS_PATH_RESOLVING)) {
        complete.put("fileSystemOptions", files.put(CLASS_PATH_RESOLVING, false));
      }
      // The launcher would not say what is wrong with them.
      new VertxOptions(complete.copy());
      return complete;
    } catch (IllegalArgumentException | ClassCastException wrong) {
      throw refuse("-options " + given + ": " + wrong.getMessage() + ". Correct it.");
    }
  }

  @Override
  public JsonObject afterDeploymentOptionsParsed(JsonObject options) {
    String given = arguments.value("deployment-options");
    if (given != null && options == null) {
      throw refuse("-deployment-options " + given + ": it is neither a JSON file nor JSON.");
    }
    return options;
  }

  @Override
  public JsonObject afterConfigParsed(JsonObject leniently) {
    try {
      JsonObject config = new ConfigFile(arguments.conf()).read();
      directories =
          HostOptions.of(config).projects().stream()
              .map(each -> each.options().place())
              .distinct()
              .toList();
      return config;
    } catch (HostException wrong) {
      throw refuse(wrong.getMessage());
    }
  }

  @Override
  public void afterFailureToStartVertx(HookContext context, Throwable failure) {
    String reason = reason(failure);
    String advice =
        reason.contains("ClusterManager")
            ? ". Put a cluster manager, such as vertx-hazelcast, on CLASSPATH."
            : "";
    refuse("Vert.x could not be started: " + reason + advice);
  }

  @Override
  public Supplier<? extends Deployable> verticleSupplier() {
    return () -> host = new HostVerticle();
  }

  @Override
  public void afterVerticleDeployed(HookContext context) {
    serving = true;
    if (host.link() != null) {
      // For the person who looks: no log has it.
      System.out.println("The page: " + host.link());
    }
    LOG.info("Dreamkeeper serves: Ctrl-C stops it");
  }

  @Override
  public void afterFailureToDeployVerticle(HookContext context, Throwable failure) {
    if (!stopping) {
      refuse(reason(failure));
    }
  }

  @Override
  public void beforeStoppingVertx(HookContext context) {
    stopping = true;
  }

  @Override
  public void afterVertxStopped(HookContext context) {
    if (serving) {
      LOG.info("Dreamkeeper stopped and gave back {}", String.join(", ", directories));
    } else if (!told) {
      LOG.info("Dreamkeeper stopped before it served, and gave back what it had");
    }
  }

  @Override
  public void afterFailureToStopVertx(HookContext context, Throwable failure) {
    LOG.warn("Dreamkeeper did not stop in good order: {}", reason(failure));
  }

  private static String reason(Throwable failure) {
    if (failure == null) {
      return "it took too long.";
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** Says the one line, and gives what to throw so that the launcher goes no further. */
  private HostException refuse(String why) {
    HostException refusal = new HostException(NOT_STARTED + why, null);
    if (!told) {
      told = true;
      System.err.println(refusal.getMessage());
    }
    return refusal;
  }
}
