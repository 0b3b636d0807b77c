package org.dreamkeeper.torture;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A JVM of its own, spoken to in lines. */
final class Child implements AutoCloseable {
  private static final long PATIENCE_S = 60;
  private static final String END = "(end of output)";

  private final Process process;
  private final BufferedWriter in;
  private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private final Predicate<String> taken;

  Child(Class<?> main, String... args) throws IOException {
    this(List.of(), main, args);
  }

  /** Begins one with more options for the JVM. */
  Child(List<String> options, Class<?> main, String... args) throws IOException {
    this(options, line -> false, main, args);
  }

  /**
   * Begins one with more options for the JVM.
   *
   * @param taken takes lines as they come; those are not kept
   */
  Child(List<String> options, Predicate<String> taken, Class<?> main, String... args)
      throws IOException {
    this.taken = taken;
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(args));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    in = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readAll, "child-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void readAll() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!taken.test(line)) {
          out.add(line);
        }
      }
    } catch (IOException killed) {
      // its output ends here
    } finally {
      out.add(END);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Waits for a line that begins so, and gives the rest of it. */
  String expect(String beginning) throws InterruptedException {
    return expect(beginning, PATIENCE_S);
  }

  /** Waits that many seconds at most. */
  String expect(String beginning, long patienceS) throws InterruptedException {
    while (true) {
      String line = out.poll(patienceS, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("no line '" + beginning + "' but " + seen);
      }
      seen.add(line);
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length()).trim();
      }
    }
  }

  /** Tells the child something. */
  void tell(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Kills it with SIGKILL and gives all lines that it had printed. */
  List<String> kill() throws InterruptedException {
    // Not by the process itself: that closes the pipe, and what is still in it is lost.
    process.toHandle().destroyForcibly();
    process.waitFor();
    for (String line = out.take(); !line.equals(END); line = out.take()) {
      seen.add(line);
    }
    return seen;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
