package org.dreamkeeper.host.command;

import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.jar.JarFile;
import org.dreamkeeper.Dreamkeeper;

/**
 * What is run after a build, so that the JVM can archive the classes of commands: they then start
 * in half the time. There is no database to be asked: a connection is refused, and what else would
 * be needed is loaded by its packages.
 */
final class Rehearsal {
  private static final long DISK_MS = 10_000;
  private static final String SAMPLE = "conf/sample";
  private static final String NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none";

  private static final List<Class<?>> JARS =
      List.of(Dreamkeeper.class, PgConnection.class, SqlConnection.class);

  private Rehearsal() {}

  public static void main(String[] args) throws IOException, URISyntaxException {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Terminal terminal =
        new Terminal(
            nowhere,
            nowhere,
            null,
            false,
            false,
            Clock.systemUTC(),
            Path.of(""),
            DISK_MS,
            Terminal::newVertx);
    for (String place : List.of(SAMPLE, NO_DATABASE)) {
      for (String command : List.of("status", "why", "log", "doctor")) {
        Commands.run(terminal, command, "--dir", place);
      }
    }
    for (Class<?> each : JARS) {
      load(Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()).toFile());
    }
    Runtime.getRuntime().halt(0);
  }

  private static void load(File file) throws IOException {
    try (JarFile jar = new JarFile(file)) {
      jar.stream()
          .map(each -> each.getName())
          .filter(name -> name.endsWith(".class") && !name.contains("-info"))
          .forEach(name -> load(name.substring(0, name.length() - 6).replace('/', '.')));
    }
  }

  private static void load(String name) {
    try {
      Class.forName(name, false, Rehearsal.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError optional) {
      // It needs what is not there, and so is not used.
    }
  }
}
