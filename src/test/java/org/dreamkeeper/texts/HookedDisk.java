package org.dreamkeeper.texts;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.Machine;

/** The machine's disk, with somebody who is told before each operation, and may fail it. */
public final class HookedDisk {
  /** Is told of an operation before it is done. */
  @FunctionalInterface
  public interface Hook {
    /** {@code path} is what the operation names first. */
    void before(String operation, Path path) throws Exception;
  }

  private volatile Hook hook = (operation, path) -> {};

  /** Sets who is told from now on. */
  public void hook(Hook next) {
    hook = next;
  }

  public Machine machine() {
    Disk real = Machine.REAL.disk();
    Disk hooked =
        (Disk)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Disk.class},
                (proxy, method, arguments) -> {
                  hook.before(method.getName(), (Path) arguments[0]);
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException failure) {
                    throw failure.getCause();
                  }
                });
    return new Machine(hooked, Machine.REAL.writer(), Machine.REAL.processes());
  }
}
