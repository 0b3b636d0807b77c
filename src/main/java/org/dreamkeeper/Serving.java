package org.dreamkeeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dreamkeeper.file.ClaimFile;
import org.dreamkeeper.file.ClaimRecord;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.Processes;

/**
 * The process that serves a directory, as its claim says.
 *
 * @param pid its PID, where it counts
 * @param host the name of its machine; empty if that is not known
 * @param alive whether it surely lives; false where that cannot be known here, as in another PID
 *     namespace
 * @param address the prefix under which it serves the directory; empty if the claim does not say
 * @param socket the path of the Unix socket by which it is asked; empty if it has none
 */
public record Serving(long pid, String host, boolean alive, String address, String socket) {

  /**
   * Looks whether something is wrong with a directory's claim. Blocks.
   *
   * @param directory the base directory, which must be there
   * @param next the epoch of whoever serves it, or that one who begins to serve it now takes; 0 if
   *     nobody could be asked
   * @return what, in one line; empty if nothing is
   * @throws IOException if the directory or its claim cannot be read
   */
  public static Optional<String> doubt(Path directory, long next) throws IOException {
    Path real = directory.toRealPath();
    ClaimRecord claim = ClaimFile.look(real);
    if (claim.equals(ClaimRecord.NONE)) {
      Path file = real.resolve(".dreamkeeper.claim");
      return Files.exists(file) && Files.size(file) > 0
          ? Optional.of("it is torn: no record in it is whole")
          : Optional.empty();
    }
    if (!claim.released() && !claim.stands(real)) {
      return Optional.of("it is a copy: it is about another directory");
    }
    if (claim.epoch() + 1 < next) {
      return Optional.of("it is older than the tokens in lock and log");
    }
    return of(directory)
        .filter(who -> next == 0 && !who.alive())
        .map(who -> "PID " + who.pid() + " of another PID namespace may serve it");
  }

  /**
   * Looks who serves a directory; claims and changes nothing. Blocks.
   *
   * @param directory the base directory, which must be there
   * @return who does; empty if nobody does, as far as can be known
   * @throws IOException if the directory or its claim cannot be read
   */
  public static Optional<Serving> of(Path directory) throws IOException {
    Path real = directory.toRealPath();
    ClaimRecord claim = ClaimFile.look(real);
    Processes machine = Machine.REAL.processes();
    Processes.Identity owner = claim.owner();
    boolean here = owner.namespace().equals(machine.self().namespace());
    boolean alive = machine.alive(owner);
    return claim.stands(real) && (alive || !here)
        ? Optional.of(
            new Serving(
                owner.pid(),
                owner.host(),
                alive,
                claim.contact().address(),
                claim.contact().socket()))
        : Optional.empty();
  }
}
