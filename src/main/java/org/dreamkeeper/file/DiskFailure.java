package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.dreamkeeper.store.StoreException;

/** Says in a few words what a disk said no with, and makes it the store's own refusal. */
public final class DiskFailure {
  private DiskFailure() {}

  /**
   * Tells whether a failure is the disk's.
   *
   * @param failure any
   * @return whether it is an IOException, or Vert.x's wrapping of one
   */
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
    boolean inDoubt = failure instanceof UnsyncedException;
    return is(failure) ? new StoreException(where + reason(failure), inDoubt) : failure;
  }

  /**
   * Names the reason, without the path.
   *
   * @param failure of a file operation
   * @return such as {@code No space left on device}
   */
  public static String reason(Throwable failure) {
    if ((failure instanceof io.vertx.core.file.FileSystemException
            || failure instanceof UnsyncedException)
        && failure.getCause() != null) {
      return reason(failure.getCause());
    }
    if (failure instanceof FileSystemException known && known.getReason() != null) {
      return known.getReason();
    }
    if (failure instanceof AccessDeniedException) {
      return "Permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "No such file or directory";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "File exists";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "Directory not empty";
    }
    if (failure instanceof NotDirectoryException) {
      return "Not a directory";
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
