package org.dreamkeeper.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** What a directory looks like at a moment: so it stays if every process dies then. */
final class Image {
  private static final String CLAIM = ".dreamkeeper.claim";
  private static final int SLOT_BYTES = 1024;
  private static final String NOBODY = "\"pid\":999999999";

  private Image() {}

  /** Waits until nothing changes any more, then copies all; who had claimed it is dead there. */
  static void take(Path from, Path to) throws IOException {
    String last = "";
    for (String now = looks(from); !now.equals(last); now = looks(from)) {
      last = now;
      LockSupport.parkNanos(60_000_000);
    }
    copy(from, to);
    if (looks(from).equals(last)) {
      bury(to.resolve(CLAIM));
    } else {
      // A disk may be at rest for longer in the middle of something.
      take(from, to);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : files(to)) {
      Files.delete(file);
    }
    try {
      for (Path file : files(from)) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (NoSuchFileException moved) {
      // The look that follows finds that, too.
    }
  }

  private static List<Path> files(Path dir) throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException moved) {
      throw moved.getCause();
    }
  }

  private static String looks(Path dir) throws IOException {
    try {
      StringBuilder looks = new StringBuilder();
      for (Path file : files(dir)) {
        looks.append(file).append(Files.getLastModifiedTime(file)).append(Files.size(file));
      }
      return looks.toString();
    } catch (NoSuchFileException moved) {
      return "moving " + System.nanoTime();
    }
  }

  private static void bury(Path claim) throws IOException {
    String text = Files.readString(claim);
    StringBuilder buried = new StringBuilder();
    for (int at = 0; at < text.length(); at += SLOT_BYTES) {
      String slot = text.substring(at, Math.min(text.length(), at + SLOT_BYTES)).trim();
      int end = slot.lastIndexOf(' ');
      String line = "";
      if (end > 0) {
        String record = slot.substring(0, end).replaceFirst("\"pid\":\\d+", NOBODY);
        CRC32 crc = new CRC32();
        crc.update(record.getBytes(StandardCharsets.UTF_8));
        line = record + " " + Long.toHexString(crc.getValue());
      }
      buried.append(
          Stream.of(line, " ".repeat(SLOT_BYTES - 1 - line.length()), "\n")
              .collect(Collectors.joining()));
    }
    Files.writeString(claim, buried);
  }
}
