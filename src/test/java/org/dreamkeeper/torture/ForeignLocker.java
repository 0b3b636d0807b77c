package org.dreamkeeper.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A foreign process that locks as the reference does: reads, judges, overwrites, reads again. Told
 * {@code try} it tries once, and holds the lock for a moment where it believes that it got it.
 */
final class ForeignLocker {
  private static final long HOLD_MS = 10;

  private final Path lock;
  private final Path marker;

  private ForeignLocker(Path lock, Path marker) {
    this.lock = lock;
    this.marker = marker;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    ForeignLocker locker = new ForeignLocker(Path.of(args[0]), Path.of(args[1]));
    TortureHost.say("READY");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        TortureHost.say(line.equals("end") ? locker.end() : locker.tryOnce());
      }
    }
  }

  /** Says how it went, and how many ms passed from its look to its own record. */
  private String tryOnce() throws IOException, InterruptedException {
    long looked = System.nanoTime();
    if (held()) {
      return "REFUSED";
    }
    String own = Long.toString(ProcessHandle.current().pid());
    Files.writeString(lock, own);
    long tookMs = (System.nanoTime() - looked) / 1_000_000;
    if (!read().strip().equals(own)) {
      return "LOST";
    }
    return (hold(marker) ? "ALONE " : "OVERLAP ") + tookMs;
  }

  /** As the reference releases: whatever is in the file by now. */
  private String end() throws IOException {
    Files.writeString(lock, "");
    return "ENDED";
  }

  private boolean held() throws IOException {
    String digits = read().strip().replaceFirst("[^0-9].*(?s).*", "");
    if (digits.isEmpty()) {
      return false;
    }
    return ProcessHandle.of(Long.parseLong(digits)).map(ProcessHandle::isAlive).orElse(false);
  }

  private String read() throws IOException {
    try {
      return Files.readString(lock);
    } catch (NoSuchFileException missing) {
      return "";
    }
  }

  /** Holds for a moment; tells whether nobody else did meanwhile. */
  static boolean hold(Path marker) throws IOException, InterruptedException {
    try {
      Files.createFile(marker);
    } catch (FileAlreadyExistsException another) {
      return false;
    }
    Thread.sleep(HOLD_MS);
    Files.delete(marker);
    return true;
  }
}
