package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import org.dreamkeeper.store.StoreException;

/** Says in a few words what a disk said no with, and makes it the store's own refusal. */
public final class DiskFailure {
  private static final Map<Class<?>, String> NAMES =
      Map.of(
          AccessDeniedException.class, "Permission denied",
          NoSuchFileException.class, "No such file or directory",
          FileAlreadyExistsException.class, "File exists",
          DirectoryNotEmptyException.class, "Directory not empty",
          NotDirectoryException.class, "Not a directory");

  private DiskFailure() {}

  /** Tells whether a failure is the disk's: an IOException, or Vert.x's wrapping of one. */
  public static boolean is(Throwable failure) {
    return failure instanceof IOException
        || failure instanceof io.vertx.core.file.FileSystemException;
  }

  /**
   * Makes a disk's failure a {@link StoreException}; any other stays as it is.
   *
   * @param where stands before the reason, such as {@code "dream.lock: "}
   */
  public static Throwable told(String where, Throwable failure) {
    return is(failure) ? refusal(where, failure) : failure;
  }

  /** Makes a StoreException of a disk's failure. */
  static StoreException refusal(String where, Throwable failure) {
    boolean inDoubt = failure instanceof UnsyncedException;
    return failure instanceof ClaimLostException
        ? StoreException.claimLost(reason(failure))
        : new StoreException(where + reason(failure), inDoubt);
  }

  /** Names the reason, without the path, such as {@code No space left on device}. */
  public static String reason(Throwable failure) {
    boolean wraps =
        failure instanceof io.vertx.core.file.FileSystemException
            || failure instanceof UnsyncedException;
    if (wraps && failure.getCause() != null) {
      return reason(failure.getCause());
    }
    if (failure instanceof FileSystemException known && known.getReason() != null) {
      return known.getReason();
    }
    String other =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    return NAMES.getOrDefault(failure.getClass(), other);
  }
}
