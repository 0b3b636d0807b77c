package org.dreamkeeper.junit5.impl;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.OpenFile;
import org.dreamkeeper.file.Processes;

/**
 * The machine of one host, which can die: then nothing of it reaches the disk any more. Safe from
 * any thread.
 */
public final class MortalMachine {
  private final Map<Long, Boolean> foreign;
  private volatile boolean dead;

  /** Makes a living one; of some foreign processes the test says whether they live. */
  public MortalMachine(Map<Long, Boolean> foreign) {
    this.foreign = foreign;
  }

  /** Ends it, as SIGKILL does. */
  public void die() {
    dead = true;
  }

  /** Gives what a host sees of it. */
  public Machine machine() {
    Processes real = Machine.REAL.processes();
    Processes processes =
        new Processes() {
          @Override
          public Identity self() {
            return real.self();
          }

          @Override
          public boolean alive(long pid) {
            Boolean told = foreign.get(pid);
            return told == null ? real.alive(pid) : told;
          }

          @Override
          public boolean alive(Identity other) {
            return real.alive(other);
          }
        };
    Disk disk = mortal(Disk.class, Machine.REAL.disk());
    return new Machine(disk, Machine.REAL.writer(), processes);
  }

  private <T> T mortal(Class<T> type, T real) {
    InvocationHandler calls =
        (proxy, method, arguments) -> {
          // The kernel closes what a dead process had open.
          if (dead && !method.getName().equals("close")) {
            throw new IOException("the host was killed");
          }
          try {
            Object result = method.invoke(real, arguments);
            return result instanceof OpenFile file ? mortal(OpenFile.class, file) : result;
          } catch (InvocationTargetException failure) {
            throw failure.getCause();
          }
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
  }
}
