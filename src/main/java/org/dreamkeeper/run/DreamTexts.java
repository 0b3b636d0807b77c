package org.dreamkeeper.run;

import io.vertx.core.Future;
import java.util.Optional;
import org.dreamkeeper.log.DreamOperation;

/**
 * Changes of a project's texts, as a dream makes them: first all that an undo needs is put on the
 * disk, then the deed is done, each file atomically and durably.
 *
 * <pre>{@code
 * run.texts().write("a.md", merged).delete("b.md").record(new Consolidate(...));
 * }</pre>
 *
 * <p>Paths are relative to the folder of the texts, with slashes, and lead through no link. Not
 * thread-safe; futures complete on the context that asked for the run.
 */
public interface DreamTexts {

  /**
   * Reads a text.
   *
   * @param path its path
   * @return the text; empty if there is none. Fails with INVALID_REQUEST for a path that leads out
   *     of the folder, and for a file that is no UTF-8 text or larger than 16 MiB
   */
  Future<Optional<String>> read(String path);

  /**
   * Adds a text that is to be written, whether it is there or not.
   *
   * @param path its path; each path once
   * @param text the whole text
   * @return this
   */
  DreamTexts write(String path, String text);

  /**
   * Adds a file that is to be moved.
   *
   * @param from where it is
   * @param to where it goes; nothing may be there
   * @return this
   */
  DreamTexts move(String from, String to);

  /**
   * Adds a text that is to be deleted.
   *
   * @param path its path; it must be there
   * @return this
   */
  DreamTexts delete(String path);

  /**
   * Records the operation with the texts as they are and the hashes of what they will be, then does
   * what was added, in order.
   *
   * @param operation what is done; what it says of texts is filled in, and of a {@code Prune} where
   *     its file is moved to
   * @return completes when all is done and durable. Fails with INVALID_REQUEST, and nothing is
   *     recorded, where a change is not possible; as {@link DreamRun#record} does; and where a file
   *     was changed by somebody else meanwhile, which is left as it is
   */
  Future<Void> record(DreamOperation operation);
}
