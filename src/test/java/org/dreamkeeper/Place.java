package org.dreamkeeper;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.dreamkeeper.file.KeptInFiles;
import org.dreamkeeper.postgres.KeptInPostgres;

/** Where a suite keeps its projects: it is written once, and runs for each. */
public enum Place {
  FILES {
    @Override
    public Kept at(Vertx vertx, Path directory, String address) {
      return new KeptInFiles(vertx, directory, address);
    }
  },
  POSTGRES {
    @Override
    public Kept at(Vertx vertx, Path directory, String address) {
      return new KeptInPostgres(vertx, directory, address);
    }
  };

  /** Gives the place of a project: the directory, or what a database keeps in its stead. */
  public abstract Kept at(Vertx vertx, Path directory, String address);

  public Kept at(Vertx vertx, Path directory) {
    return at(vertx, directory, "dream");
  }
}
