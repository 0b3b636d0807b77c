package org.dreamkeeper.file;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The processes as {@code /proc} shows them, and as {@link ProcessHandle} does where there is no
 * {@code /proc}.
 *
 * <p>Start times are compared in the kernel's own clock ticks since boot, for {@code startInstant}
 * drifts against the wall clock that stamps files. Ticks now are the larger of two readings, {@code
 * /proc/uptime} (which a container may have of its own) and this process's own start plus its age
 * (which sleeps with the machine): an error then makes a process look older, so alive.
 */
final class ProcTable implements Processes {
  static final Processes INSTANCE = new ProcTable(Path.of("/proc"));

  /** Both clocks are slewed; only a start this much later than the sign shows a reused PID. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private static final double TICKS_PER_SECOND = 100;
  private static final int STATE = 0;
  private static final int START_TICKS = 19;

  private final Path proc;
  private final Identity self;

  ProcTable(Path proc) {
    this.proc = proc;
    long pid = ProcessHandle.current().pid();
    this.self = new Identity(pid, start(pid).orElse(""), namespace(), host());
  }

  @Override
  public Identity self() {
    return self;
  }

  @Override
  public boolean runs(Identity other) {
    return other.namespace().equals(self.namespace())
        && other.host().equals(self.host())
        && start(other.pid()).filter(start -> start.equals(other.start())).isPresent();
  }

  @Override
  public boolean alive(long pid, Instant sign) {
    if (!Files.isDirectory(proc.resolve("1"))) {
      // No /proc, or one that hides other users' processes.
      return ProcessHandle.of(pid)
          .map(handle -> handle.isAlive() && !startedAfter(handle, sign))
          .orElse(Files.isDirectory(proc.resolve("self")));
    }
    Optional<String[]> fields = stat(pid);
    if (fields.isEmpty() || "ZX".contains(fields.get()[STATE])) {
      return false;
    }
    double started = Long.parseLong(fields.get()[START_TICKS]) / TICKS_PER_SECOND;
    double age = Duration.between(sign, Instant.now()).toMillis() / 1000.0;
    return started <= secondsSinceBoot() - age + SLACK.toSeconds();
  }

  private static boolean startedAfter(ProcessHandle handle, Instant sign) {
    return handle
        .info()
        .startInstant()
        .filter(start -> start.isAfter(sign.plus(SLACK)))
        .isPresent();
  }

  private Optional<String> start(long pid) {
    Optional<String[]> fields = stat(pid);
    if (fields.isPresent()) {
      return "ZX".contains(fields.get()[STATE])
          ? Optional.empty()
          : Optional.of(fields.get()[START_TICKS]);
    }
    return Files.isDirectory(proc.resolve("self"))
        ? Optional.empty()
        : ProcessHandle.of(pid)
            .filter(ProcessHandle::isAlive)
            .map(handle -> handle.info().startInstant().map(Instant::toString).orElse(""));
  }

  private double secondsSinceBoot() {
    double own = Long.parseLong(self.start()) / TICKS_PER_SECOND;
    double ownAge = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
    return Math.max(own + ownAge, uptime());
  }

  private double uptime() {
    try {
      return Double.parseDouble(Files.readString(proc.resolve("uptime")).split(" ", 2)[0]);
    } catch (IOException | NumberFormatException unknown) {
      return 0;
    }
  }

  /** The fields of {@code /proc/<pid>/stat} from the third on: the second, a name, has anything. */
  private Optional<String[]> stat(long pid) {
    try {
      byte[] raw = Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve("stat"));
      String line = new String(raw, StandardCharsets.ISO_8859_1);
      return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
    } catch (IOException | IndexOutOfBoundsException gone) {
      return Optional.empty();
    }
  }

  private String namespace() {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException unknown) {
      return "";
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unknown) {
      return "";
    }
  }
}
