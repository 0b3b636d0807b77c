package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.Projects;

/**
 * Copies, removes and renames whole projects, by hand:
 *
 * <pre>
 * copy FROM TO         between a directory and a database
 * remove PROJECT       from its database
 * rename PROJECT NAME  in its database
 * </pre>
 *
 * A place is the path of a directory, or {@code postgresql://user@host:5432/database#address},
 * without an address {@code dream}. What was done goes to stdout; why it was not, in one line, to
 * stderr. The exit code is 0, 1 if it was not done, 2 if the arguments are wrong.
 */
public final class ProjectsMain {
  private static final String USAGE =
      "expected: copy FROM TO, remove PROJECT, or rename PROJECT NAME; a place is a directory, or"
          + " postgresql://user@host:5432/database#address";

  private ProjectsMain() {}

  /**
   * Does it, and ends the JVM.
   *
   * @param args as above
   */
  public static void main(String[] args) {
    System.exit(run(List.of(args), System.out, System.err));
  }

  static int run(List<String> args, PrintStream out, PrintStream err) {
    Vertx vertx = Vertx.vertx();
    try {
      Future<String> done = command(vertx, args);
      if (done == null) {
        err.println(USAGE);
        return 2;
      }
      out.println(done.toCompletionStage().toCompletableFuture().join());
      return 0;
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
      return 2;
    } catch (CompletionException failure) {
      err.println(failure.getCause().getMessage());
      return 1;
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Future<String> command(Vertx vertx, List<String> args) {
    return switch (args.isEmpty() ? "" : args.get(0) + " " + args.size()) {
      case "copy 3" ->
          Projects.copy(vertx, place(args.get(1)), place(args.get(2))).map(ProjectsMain::told);
      case "remove 2" -> Projects.remove(vertx, place(args.get(1))).map("removed");
      case "rename 3" ->
          Projects.rename(vertx, place(args.get(1)), args.get(2)).map("renamed to " + args.get(2));
      default -> null;
    };
  }

  private static String told(Projects.Copied copied) {
    StringBuilder told = new StringBuilder("copied " + copied.entries() + " entries");
    copied.left().forEach(each -> told.append(System.lineSeparator()).append("left ").append(each));
    return told.toString();
  }

  private static DreamkeeperOptions place(String place) {
    if (!place.matches("postgres(ql)?:.*")) {
      return new DreamkeeperOptions().setBaseDir(place);
    }
    int hash = place.indexOf('#');
    DreamkeeperOptions options =
        new DreamkeeperOptions().setPostgres(hash < 0 ? place : place.substring(0, hash));
    return hash < 0 ? options : options.setAddress(place.substring(hash + 1));
  }
}
