package org.dreamkeeper.bus.impl;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import org.dreamkeeper.bus.impl.text.LoggedFailure;
import org.dreamkeeper.file.DirectoryClaim;
import org.dreamkeeper.file.DiskFailure;
import org.junit.jupiter.api.Test;

/** What only a failure needs is there before the descriptors run out. */
final class ClassesTest {
  /** Loads the service's classes anew. */
  private static final class Fresh extends URLClassLoader {
    private Fresh(URL home) {
      super(new URL[] {home}, Fresh.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith("org.dreamkeeper.")) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }

    private boolean has(Class<?> type) {
      return findLoadedClass(type.getName()) != null;
    }
  }

  @Test
  void allClassesOfAFolderAreLoadedAtTheStart() throws Exception {
    URL home = Classes.class.getProtectionDomain().getCodeSource().getLocation();
    try (Fresh fresh = new Fresh(home)) {
      Class<?> classes = fresh.loadClass(Classes.class.getName());
      assertFalse(fresh.has(DiskFailure.class));
      classes.getMethod("load").invoke(null);
      assertTrue(fresh.has(DiskFailure.class));
      assertTrue(fresh.has(LoggedFailure.class));
      assertTrue(fresh.has(DirectoryClaim.class));
    }
  }
}
