package org.dreamkeeper.postgres;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A PostgreSQL server of the tests' own, of the binaries that Debian installs, else of those that
 * the build brings along. It ends with this JVM, however that ends.
 */
public final class PgProcess {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

  /** The server refuses root: another user of a namespace of ours, else nobody. */
  private static final List<List<String>> UNPRIVILEGED =
      List.of(
          List.of("unshare", "-U"),
          List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

  private final Path bin;
  private final Path data;
  private final List<String> user;
  private final int port;

  /**
   * Starts one.
   *
   * @param durable whether it syncs, as one that nobody would miss after a power cut need not
   */
  public PgProcess(boolean durable) {
    try {
      Optional<Path> installed = installed();
      bin = installed.isPresent() ? installed.get() : unpacked();
      // Made by the server's user, who may not write where we may.
      data = Path.of(System.getProperty("java.io.tmpdir"), "dreamkeeper-pg-" + UUID.randomUUID());
      user = isRoot() ? unprivileged() : List.of();
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      run(
          bin("initdb"),
          "-D",
          data.toString(),
          "-U",
          "postgres",
          "-A",
          "trust",
          "-E",
          "UTF8",
          "-N");
      guard();
      String sync = durable ? "on" : "off";
      pgCtl(
          "start",
          "-o",
          "-p %d -h 127.0.0.1 -k '' -c max_connections=300 -c fsync=%s -c full_page_writes=%s"
              .formatted(port, sync, sync));
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "no PostgreSQL for the tests: name one by DREAMKEEPER_PG", failure);
    }
  }

  /** The URI of its first database. */
  public String uri() {
    return "postgresql://postgres:postgres@127.0.0.1:" + port + "/postgres";
  }

  /** Kills all of its processes, as if they had crashed, and starts it again. */
  public void crash() {
    try {
      pgCtl("restart", "-m", "immediate");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String bin(String name) {
    return bin.resolve(name).toString();
  }

  private void pgCtl(String command, String... more) throws IOException {
    List<String> all =
        new ArrayList<>(List.of(bin("pg_ctl"), command, "-s", "-w", "-D", data.toString()));
    all.addAll(List.of("-l", data.resolve("server.log").toString()));
    all.addAll(List.of(more));
    run(all.toArray(String[]::new));
  }

  /** Stops the server and removes its data when our end of a pipe is closed. */
  private void guard() throws IOException {
    String script =
        "trap '' INT HUP TERM; cat; \"$0\" stop -s -m immediate -D \"$1\"; rm -rf \"$1\"";
    as("sh", "-c", script, bin("pg_ctl"), data.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private ProcessBuilder as(String... command) {
    List<String> all = new ArrayList<>(user);
    all.addAll(List.of(command));
    return new ProcessBuilder(all);
  }

  private void run(String... command) throws IOException {
    Path output = Files.createTempFile("dreamkeeper-pg", ".log");
    try {
      Process process =
          as(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
      }
    } catch (InterruptedException stop) {
      throw new IOException(stop);
    } finally {
      Files.delete(output);
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static List<String> unprivileged() throws IOException {
    for (List<String> prefix : UNPRIVILEGED) {
      List<String> trial = new ArrayList<>(prefix);
      trial.add("true");
      try {
        if (new ProcessBuilder(trial).start().waitFor() == 0) {
          return prefix;
        }
      } catch (IOException missing) {
        // The next one may be there.
      } catch (InterruptedException stop) {
        throw new IOException(stop);
      }
    }
    throw new IOException("root cannot become another user");
  }

  private static Optional<Path> installed() throws IOException {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .filter(each -> each.getFileName().toString().matches("\\d+"))
          .filter(each -> Files.isExecutable(each.resolve("bin/initdb")))
          .max(Comparator.comparingInt(each -> Integer.parseInt(each.getFileName().toString())))
          .map(each -> each.resolve("bin"));
    }
  }

  /** Unpacks what the build brings along, once for all test runs. */
  private static Path unpacked() throws IOException {
    Path home = Path.of(System.getProperty("user.dir"), "target", "postgres");
    if (Files.isDirectory(home)) {
      return home.resolve("bin");
    }
    Path next = Files.createTempDirectory(Files.createDirectories(home.getParent()), "postgres");
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String name = system.startsWith("mac") ? "Darwin" : "Linux";
    String arch = System.getProperty("os.arch");
    try (InputStream packed = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(name, arch)) {
      unpack(packed, next);
    }
    next.toFile().setExecutable(true, false);
    next.toFile().setReadable(true, false);
    // Another test run may have been faster.
    return (next.toFile().renameTo(home.toFile()) ? home : next).resolve("bin");
  }

  private static void unpack(InputStream packed, Path to) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
      for (TarArchiveEntry each = tar.getNextEntry(); each != null; each = tar.getNextEntry()) {
        Path target = to.resolve(each.getName());
        if (each.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        if (each.isSymbolicLink()) {
          Files.createSymbolicLink(target, Path.of(each.getLinkName()));
        } else {
          Files.copy(tar, target);
          target.toFile().setExecutable((each.getMode() & 1) != 0, false);
        }
      }
    }
  }
}
