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
record FolderChecks(Path directory, List<Problem> found) {
  private static final long LITTLE = 64 << 20;

  /** On these, a lock of the kernel may not be seen by other machines, or names are folded. */
  private static final Pattern DOUBTFUL =
      Pattern.compile(
          "nfs.*|cifs|smb.*|9p|sshfs|fuse.*|vfat|msdos|exfat", Pattern.CASE_INSENSITIVE);

  private static final Pattern OURS = Pattern.compile("dream|drm-|\\.dream");

  /** As programs that keep folders in step name what they could not merge. */
  private static final Pattern CONFLICT =
      Pattern.compile(
          "(dream-state|dream|drm-[0-9]+)\\b.*(conflict|Conflict|\\.orig|\\.rej|~$| \\(\\d+\\)).*");

  /**
   * Looks at a base directory; changes nothing.
   *
   * @param nextEpoch that of whoever serves it, or what one who begins to takes; 0 if nobody could
   *     be asked
   */
  static List<Problem> of(Path directory, long nextEpoch) {
    FolderChecks checks = new FolderChecks(directory, new ArrayList<>());
    try {
      checks.permissions(directory);
      checks.fileSystem(Files.getFileStore(directory));
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
    if (Files.getFileStore(folder).isReadOnly()) {
      add("permissions", folder, "its file system is mounted read-only", "Mount it writable.");
      return;
    }
    if (!Files.isWritable(folder)) {
      String advice = "Try: chmod u+rwx '" + folder + "'";
      add("permissions", folder, "it is not writable for " + who, advice);
    }
    for (Path each : list(folder)) {
      String name = each.getFileName().toString();
      if (name.equals("dream-log") && Files.isDirectory(each)) {
        permissions(each);
      } else if (OURS.matcher(name).lookingAt()
          && Files.isRegularFile(each)
          && !(Files.isReadable(each) && Files.isWritable(each))) {
        String advice = "Try: chmod u+rw '" + each + "', or chown it to who serves it.";
        add("permissions", each, who + " may not read and write it", advice);
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

  void fileSystem(FileStore store) throws IOException {
    long left = store.getUsableSpace();
    if (left < LITTLE) {
      String detail = (left >> 20) + " MB are left on its file system";
      add("space", directory, detail, "Make room: what cannot be written is refused.");
    }
    if (DOUBTFUL.matcher(store.type()).matches()) {
      String detail = "its file system is %s, where locks of other machines may not be seen";
      String advice = "Serve it from one machine alone, or move it to a local disk.";
      add("filesystem", directory, detail.formatted(store.type()), advice);
    }
  }

  private void claim(long nextEpoch) throws IOException {
    String advice =
        "Unless a host serves it, the next one to do so writes a new one; ids and tokens go on"
            + " above those that are on the disk.";
    Path file = directory.resolve(".dreamkeeper.claim");
    Serving.doubt(directory, nextEpoch).ifPresent(what -> add("claim", file, what, advice));
  }

  private void conflicts(Path folder) throws IOException {
    String detail =
        "it looks like a copy that a program which keeps folders in step could not merge";
    String advice =
        "Look what is in it, then remove it; keep base directories out of such programs.";
    for (Path each : list(folder)) {
      if (CONFLICT.matcher(each.getFileName().toString()).matches()) {
        add("leftovers", each, detail, advice);
      }
    }
  }

  private void sockets() throws IOException {
    for (Path folder : list(HostSocket.parent())) {
      if (HostSocket.isOne(folder) && Files.isReadable(folder) && !answers(folder)) {
        String advice = "Remove it: rm -r '" + folder + "'";
        add("sockets", folder, "a host that is dead has left its socket", advice);
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
