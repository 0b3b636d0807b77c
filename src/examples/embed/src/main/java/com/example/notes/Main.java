package com.example.notes;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.DreamkeeperVerticle;

/** Serves a project, and runs the worker that dreams on it, until it is stopped. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    Vertx vertx = Vertx.vertx();
    DreamkeeperOptions options =
        new DreamkeeperOptions().setBaseDir(folder.resolve(".dreams").toString());
    vertx
        .deployVerticle(
            new DreamkeeperVerticle(), new DeploymentOptions().setConfig(options.toJson()))
        .compose(
            served ->
                vertx.deployVerticle(
                    new NotesWorker(new Inbox(folder)),
                    new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)))
        .onFailure(
            failure -> {
              System.err.println(failure.getMessage());
              vertx.close();
            });
  }
}
