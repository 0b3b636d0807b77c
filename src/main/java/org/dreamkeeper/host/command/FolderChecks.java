package org.dreamkeeper.host.command;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dreamkeeper.Serving;
import org.dreamkeeper.host.HostSocket;

/** What is looked at in the file system itself, beside the files that are the service's. */
final class FolderChecks {
  private static final long LITTLE = 64 << 20;

  /** On these, a lock of the kernel may not be seen by other machines, or names are folded. */
  private static final Pattern DOUBTFUL =
      Pattern.compile(
          "nfs.*|cifs|smb.*|9p|sshfs|fuse.*|vfat|msdos|exfat", Pattern.CASE_INSENSITIVE);

  /** As programs that keep folders in step name what they could not merge. */
  private static final Pattern CONFLICT =
      Pattern.compile(
          "(dream-state|dream|drm-[0-9]+)\\b.*(conflict|Conflict|\\.orig|\\.rej|~$| \\(\\d+\\)).*");

  private final Path directory;
  private final List<Problem> found = new ArrayList<>();

  private FolderChecks(Path directory) {
    this.directory = directory;
  }

  /**
   * Looks at a base directory; changes nothing.
   *
   * @param nextEpoch what one who begins to serve it now takes; 0 if that is not known
   */
  static List<Problem> of(Path directory, long nextEpoch) {
    FolderChecks checks = new FolderChecks(directory);
    try {
      checks.permissions(directory);
      checks.fileSystem();
      checks.claim(nextEpoch);
      checks.conflicts(directory);
      checks.conflicts(directory.resolve("dream-log"));
      checks.sockets();
    } catch (IOException unreadable) {
      checks.add("permissions", directory, DiskText.of(unreadable), "Let this user read it.");
    }
    return checks.found;
  }

  private void add(String check, Path place, String detail, String advice) {
    found.add(Problem.of(check, String.valueOf(place), detail, advice));
  }

  private void permissions(Path folder) throws IOException {
    String who = System.getProperty("user.name");
    if (!Files.isWritable(folder)) {
      add(
          "permissions",
          folder,
          "it is not writable for " + who,
          "Try: chmod u+rwx '" + folder + "'");
    }
    for (Path each : List.copyOf(list(folder))) {
      String name = each.getFileName().toString();
      boolean ours =
          name.startsWith("dream") || name.startsWith("drm-") || name.startsWith(".dream");
      if (ours && Files.isDirectory(each) && name.equals("dream-log")) {
        permissions(each);
      } else if (ours
          && Files.isRegularFile(each)
          && !(Files.isReadable(each) && Files.isWritable(each))) {
        add(
            "permissions",
            each,
            who + " may not read and write it",
            "Try: chmod u+rw '" + each + "', or chown it to who serves it.");
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private void fileSystem() throws IOException {
    FileStore store = Files.getFileStore(directory);
    if (store.getUsableSpace() < LITTLE) {
      add(
          "space",
          directory,
          (store.getUsableSpace() >> 20) + " MB are left on its file system",
          "Make room: what cannot be written is refused.");
    }
    if (DOUBTFUL.matcher(store.type()).matches()) {
      add(
          "filesystem",
          directory,
          "its file system is " + store.type() + ", where locks of other machines may not be seen",
          "Serve it from one machine alone, or move it to a local disk.");
    }
  }

  private void claim(long nextEpoch) throws IOException {
    Serving.doubt(directory, nextEpoch)
        .ifPresent(
            what ->
                add(
                    "claim",
                    directory.resolve(".dreamkeeper.claim"),
                    what,
                    "The next host to serve it writes a new one; ids and tokens go on above those"
                        + " that are on the disk."));
  }

  private void conflicts(Path folder) throws IOException {
    for (Path each : list(folder)) {
      if (CONFLICT.matcher(each.getFileName().toString()).matches()) {
        add(
            "leftovers",
            each,
            "it looks like a copy that a program which keeps folders in step could not merge",
            "Look what is in it, then remove it; keep base directories out of such programs.");
      }
    }
  }

  private void sockets() throws IOException {
    for (Path folder : list(HostSocket.parent())) {
      if (HostSocket.isOne(folder) && Files.isReadable(folder) && !answers(folder)) {
        add(
            "sockets",
            folder,
            "a host that is dead has left its socket",
            "Remove it: rm -r '" + folder + "'");
      }
    }
  }

  private static boolean answers(Path folder) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(HostSocket.in(folder)));
    } catch (IOException nobody) {
      return false;
    }
  }
}
