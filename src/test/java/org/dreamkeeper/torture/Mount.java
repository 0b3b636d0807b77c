package org.dreamkeeper.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system that a test mounts, and takes away again; where it may not, the test is skipped.
 */
public record Mount(Path at) implements AutoCloseable {

  /** A file system in memory; the directory exists. */
  public static Mount tmpfs(Path at, String size) throws IOException, InterruptedException {
    mount(List.of("-t", "tmpfs", "-o", "size=" + size, "tmpfs", at.toString()));
    return new Mount(at);
  }

  /**
   * Puts a view of a directory, through which nothing can be changed, over the directory itself; or
   * of a file.
   */
  public static Mount readOnlyOver(Path at) throws IOException, InterruptedException {
    mount(List.of("--bind", at.toString(), at.toString()));
    Mount view = new Mount(at);
    try {
      mount(List.of("-o", "remount,bind,ro", at.toString()));
    } catch (IOException | InterruptedException | RuntimeException refused) {
      view.close();
      throw refused;
    }
    return view;
  }

  /** Makes it read-only, or writable again; nothing may be open for writing on it. */
  public void remount(String mode) throws IOException, InterruptedException {
    mount(List.of("-o", "remount," + mode, at.toString()));
  }

  private static void mount(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("mount"));
    command.addAll(arguments);
    String said;
    int end;
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      end = process.waitFor();
    } catch (IOException absent) {
      said = absent.getMessage();
      end = -1;
    }
    String why = "this machine does not let the test mount: " + said;
    Assumptions.assumeTrue(end == 0, why);
  }

  @Override
  public void close() throws IOException {
    try {
      if (umount() != 0) {
        // Somebody still has a file open on it: it goes when that one does.
        umount("-l");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException(at + " may still be mounted", stop);
    }
  }

  private int umount(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("umount"));
    command.addAll(List.of(options));
    command.add(at.toString());
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
