package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * What is done to whole projects while nobody serves them. Futures complete on the caller's
 * context, or fail with a {@link DreamkeeperException}: INVALID_REQUEST where something is not as
 * asked for, BUSY where somebody serves the project, STORAGE_FAILED where disk or database say no.
 * Its message is one line without credentials. None of it blocks.
 */
public final class Projects {
  private Projects() {}

  /**
   * What a copy has come to.
   *
   * @param entries how many entries were copied
   * @param left what stays where it was, for it is no entry: each as {@code drm-7: why}
   */
  public record Copied(int entries, List<String> left) {}

  /**
   * Copies a project from a directory to a database, or the other way: its state, its entries, and
   * when the last dream completed. All of it is read again at the end, entry by entry, on both
   * sides. What was set aside, remembered events, and replies to request ids stay behind.
   *
   * <p>Nothing changes in a directory that is copied from; of a database, the project's epoch is
   * raised. If it fails in the middle, what was copied until then stays: remove it before the next
   * try.
   *
   * @param vertx whose threads do it, not null
   * @param from where the project is, not null, with a base directory, or a database and the
   *     project's address
   * @param to where nothing is kept yet, likewise; a directory, or a database's tables, are made
   *     where they are missing
   * @return what was copied
   */
  public static Future<Copied> copy(Vertx vertx, DreamkeeperOptions from, DreamkeeperOptions to) {
    IdleProject source = project(vertx, from);
    IdleProject target = project(vertx, to);
    if (source.place().equals(target.place())) {
      return Future.failedFuture(source.refusal("cannot be copied to itself"));
    }
    return source.read(read -> new ProjectCopy(source, read, target).run());
  }

  /**
   * Removes a project from its database. Take it out of all configurations before, or it is made
   * anew, empty. (A directory is removed as any other.)
   *
   * @param vertx whose threads do it, not null
   * @param options not null, with the database and the project's address
   * @return completes when it is gone
   */
  public static Future<Void> remove(Vertx vertx, DreamkeeperOptions options) {
    IdleProject project = inDatabase(vertx, options);
    return project.rows(
        false,
        (table, rows, node) ->
            rows.remove(options.getAddress(), node).compose(done -> assertDone(project, done)));
  }

  /**
   * Gives a project of a database another address: the one under which it is served from then on.
   *
   * @param vertx whose threads do it, not null
   * @param options not null, with the database and the project's address until now
   * @param address the new one, which no project of the database has; not blank
   * @return completes when that is done
   */
  public static Future<Void> rename(Vertx vertx, DreamkeeperOptions options, String address) {
    IdleProject project = inDatabase(vertx, options);
    String next = new DreamkeeperOptions(options).setAddress(address).getAddress();
    return project.rows(
        false,
        (table, rows, node) ->
            rows.exists(next)
                .compose(
                    taken ->
                        taken
                            ? Future.failedFuture(
                                project.refusal("cannot be " + next + ": it is there"))
                            : rows.rename(options.getAddress(), node, next))
                .compose(done -> assertDone(project, done))
                .eventually(() -> rows.forgetSettings(next, node)));
  }

  /**
   * What is known of a project of a database by who does not claim it.
   *
   * @param serving who serves it; empty if nobody does, as far as can be known
   * @param options those that it was looked for with; where any node may serve it, with the
   *     settings that stand in the database
   */
  public record Found(Optional<Serving> serving, DreamkeeperOptions options) {}

  /**
   * Looks for a project in a database, and who serves it; claims and changes nothing. Where that is
   * a process of another machine, it is watched for a sign of life, five seconds at most.
   *
   * @param vertx whose threads do it, not null
   * @param options not null, with the database and the project's address
   * @return what is known of it; empty if there is none
   */
  public static Future<Optional<Found>> find(Vertx vertx, DreamkeeperOptions options) {
    inDatabase(vertx, options);
    return new ProjectFinder(vertx, options).find();
  }

  private static IdleProject project(Vertx vertx, DreamkeeperOptions options) {
    Objects.requireNonNull(options, "options is null");
    if (options.getBaseDir() == null && options.getPostgres() == null) {
      throw new IllegalArgumentException("neither baseDir nor postgres is set");
    }
    return new IdleProject(Objects.requireNonNull(vertx, "vertx is null"), options);
  }

  private static IdleProject inDatabase(Vertx vertx, DreamkeeperOptions options) {
    if (Objects.requireNonNull(options, "options is null").getPostgres() == null) {
      throw new IllegalArgumentException("postgres is not set");
    }
    return project(vertx, options);
  }

  private static Future<Void> assertDone(IdleProject project, boolean done) {
    return done
        ? Future.succeededFuture()
        : Future.failedFuture(
            new DreamkeeperException(
                FailureCode.BUSY, project.place() + " was claimed by somebody meanwhile"));
  }
}
