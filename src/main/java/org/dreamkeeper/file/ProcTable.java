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
    this.boot = text("sys/kernel/random/boot_id") + "/";
    long pid = ProcessHandle.current().pid();
    this.self = new Identity(pid, ownStart(pid), namespace(), user(), text("sys/kernel/hostname"));
  }

  private String ownStart(long pid) {
    try {
      return find(pid).orElse("");
    } catch (IOException unknown) {
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
    if (!other.namespace().equals(self.namespace()) || !boot(other).equals(boot(self))) {
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

  private static String boot(Identity process) {
    return process.start().substring(0, process.start().indexOf('/') + 1);
  }

  /**
   * Finds a process.
   *
   * @return when it started, as {@link Identity} has it; empty if none is seen, or a zombie
   * @throws IOException if it cannot be looked for
   */
  private Optional<String> find(long pid) throws IOException {
    if (!mounted) {
      if (ProcessHandle.of(ProcessHandle.current().pid()).isEmpty()) {
        throw new IOException("not even this process is seen");
      }
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .map(handle -> handle.info().startInstant().map(Object::toString).orElse(""));
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

  /** Tells whether a process may live though it is not seen. */
  private boolean hides() throws IOException {
    return mounted && HIDING.matcher(Files.readString(proc.resolve("self/mountinfo"))).find();
  }

  private String namespace() {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException unknown) {
      return "";
    }
  }

  private String user() {
    try {
      return Files.getAttribute(proc.resolve("self"), "unix:uid").toString();
    } catch (IOException | UnsupportedOperationException unknown) {
      return "";
    }
  }

  private String text(String name) {
    try {
      return Files.readString(proc.resolve(name)).strip();
    } catch (IOException unknown) {
      return "";
    }
  }
}
