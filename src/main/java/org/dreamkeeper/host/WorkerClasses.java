package org.dreamkeeper.host;

import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.lang.reflect.Modifier;

/** Says beforehand that a worker cannot be deployed, so that nothing is begun for nothing. */
final class WorkerClasses {
  private final Vertx vertx;

  WorkerClasses(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Gives what follows the worker's place in a message, or null if it may go ahead. */
  String obstacle(String verticle) {
    if (hasFactory(verticle)) {
      return null;
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      Class<?> found =
          Class.forName(verticle, false, loader == null ? getClass().getClassLoader() : loader);
      if (!Deployable.class.isAssignableFrom(found) || Modifier.isAbstract(found.getModifiers())) {
        return ".verticle is %s, which is no verticle. Name a class that extends VerticleBase."
            .formatted(verticle);
      }
      return null;
    } catch (ClassNotFoundException | LinkageError unknown) {
      return (".verticle is %s, which is not on the class path."
              + " Correct the name, or put its jar on CLASSPATH.")
          .formatted(verticle);
    }
  }

  /** As Vert.x chooses a factory: by what stands before a colon, or after the last dot. */
  private boolean hasFactory(String verticle) {
    int colon = verticle.indexOf(':');
    String kind =
        colon >= 0
            ? verticle.substring(0, colon)
            : verticle.substring(verticle.lastIndexOf('.') + 1);
    return vertx.verticleFactories().stream().anyMatch(each -> each.prefix().equals(kind));
  }
}
