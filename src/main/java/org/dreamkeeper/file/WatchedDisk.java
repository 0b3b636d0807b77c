package org.dreamkeeper.file;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.dreamkeeper.bus.impl.async.CallWatch;

/** A disk of whose calls a {@link CallWatch} knows, as of those to the files that it opens. */
final class WatchedDisk {
  private WatchedDisk() {}

  static Disk of(Disk disk, CallWatch watch) {
    return watched(Disk.class, disk, watch);
  }

  private static <T> T watched(Class<T> type, T target, CallWatch watch) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object result;
              try {
                result = watch.call(() -> method.invoke(target, arguments));
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
              return result instanceof OpenFile file
                  ? watched(OpenFile.class, file, watch)
                  : result;
            }));
  }
}
