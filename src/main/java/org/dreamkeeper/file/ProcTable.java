package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The processes as {@code /proc} shows them, and as {@link ProcessHandle} does where there is no
 * {@code /proc}.
 *
 * <p>Only one answer means death: that there is no such process, from a {@code /proc} that shows
 * them all. Whatever else keeps us from looking says nothing.
 */
final class ProcTable implements Processes {
  static final Processes INSTANCE = new ProcTable(Path.of("/proc"));

  /** Mount options of a {@code /proc} in which other users' processes do not even have a name. */
  private static final Pattern HIDING = Pattern.compile("hidepid=(2|4|invisible|ptraceable)");

  private static final int STATE = 0;
  private static final int START_TICKS = 19;

  private final Path proc;
  private final boolean mounted;
  private final String boot;
  private final Identity self;

  ProcTable(Path proc) {
    this.proc = proc;
    this.mounted = Files.isDirectory(proc.resolve("self"));
    this.boot = orEmpty(() -> Files.readString(proc.resolve("sys/kernel/random/boot_id"))) + "/";
    long pid = ProcessHandle.current().pid();
    this.self =
        new Identity(
            pid,
            orEmpty(() -> find(pid).orElse("")),
            orEmpty(() -> Files.readSymbolicLink(proc.resolve("self/ns/pid"))),
            orEmpty(() -> Files.getAttribute(proc.resolve("self"), "unix:uid")),
            orEmpty(() -> Files.readString(proc.resolve("sys/kernel/hostname"))));
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static String orEmpty(Reading reading) {
    try {
      return reading.read().toString().strip();
    } catch (IOException | UnsupportedOperationException unknown) {
      return "";
    }
  }

  @Override
  public Identity self() {
    return self;
  }

  @Override
  public boolean alive(long pid) {
    try {
      return find(pid).isPresent() || hides();
    } catch (IOException unknown) {
      return true;
    }
  }

  @Override
  public boolean alive(Identity other) {
    if (!other.namespace().equals(self.namespace()) || !other.start().startsWith(boot)) {
      return false;
    }
    try {
      Optional<String> start = find(other.pid());
      return start.isPresent()
          ? start.get().equals(other.start())
          : !other.user().equals(self.user()) && hides();
    } catch (IOException unknown) {
      return true;
    }
  }

  /**
   * Finds a process.
   *
   * @return when it started, as {@link Identity} has it; empty if none is seen, or a zombie
   * @throws IOException if it cannot be looked for
   */
  private Optional<String> find(long pid) throws IOException {
    if (!mounted) {
      return findByHandle(pid);
    }
    byte[] raw;
    try {
      raw = Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve("stat"));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
    // From the third field on: the second, a name, has anything.
    String line = new String(raw, StandardCharsets.ISO_8859_1);
    String[] fields =
        line.substring(Math.min(line.length(), line.lastIndexOf(')') + 2)).split(" ", -1);
    if (fields.length <= START_TICKS) {
      throw new IOException("/proc/" + pid + "/stat is cut short");
    }
    return "ZX".contains(fields[STATE])
        ? Optional.empty()
        : Optional.of(boot + fields[START_TICKS]);
  }

  private Optional<String> findByHandle(long pid) throws IOException {
    if (ProcessHandle.of(ProcessHandle.current().pid()).isEmpty()) {
      throw new IOException("not even this process is seen");
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(handle -> boot + handle.info().startInstant().map(Object::toString).orElse(""));
  }

  /** Tells whether a process may live though it is not seen. */
  private boolean hides() throws IOException {
    return mounted && HIDING.matcher(Files.readString(proc.resolve("self/mountinfo"))).find();
  }
}
