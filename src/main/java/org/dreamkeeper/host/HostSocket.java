package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The Unix socket by which this machine's user asks the host: in a directory of its own, into which
 * nobody else can look.
 */
public final class HostSocket {
  /** A longer path is no address of a socket; some systems allow no more. */
  private static final int MAX_BYTES = 100;

  private static final String PREFIX = "dreamkeeper-";
  private static final String NAME = "socket";

  private final Vertx vertx;
  private final Path directory;
  private final HttpServer server;

  private HostSocket(Vertx vertx, Path directory, HttpServer server) {
    this.vertx = vertx;
    this.directory = directory;
    this.server = server;
  }

  /** Listens, and lets requests be handled; fails where that cannot be, saying why. */
  static Future<HostSocket> open(Vertx vertx, Handler<HttpServerRequest> requests) {
    return vertx
        .executeBlocking(HostSocket::directory)
        .compose(
            directory -> {
              HostSocket socket =
                  new HostSocket(
                      vertx, directory, vertx.createHttpServer().requestHandler(requests));
              return socket
                  .server
                  .listen(SocketAddress.domainSocketAddress(socket.path()))
                  .compose(listening -> vertx.executeBlocking(() -> socket.closeToOthers()))
                  .map(socket)
                  .recover(
                      failure -> socket.close().transform(gone -> Future.failedFuture(failure)));
            });
  }

  private Path closeToOthers() throws IOException {
    return Files.setPosixFilePermissions(
        directory.resolve(NAME), PosixFilePermissions.fromString("rw-------"));
  }

  private static Path directory() throws IOException {
    return Files.createTempDirectory(
        parent(),
        PREFIX,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /**
   * Tells where the directories of sockets are: beside other temporary files, or in {@code /tmp}
   * where that path is too long for a socket.
   */
  public static Path parent() throws IOException {
    for (String each : List.of(System.getProperty("java.io.tmpdir"), "/tmp")) {
      Path parent = Path.of(each).toRealPath();
      String longest = parent + "/" + PREFIX + "12345678901234567890/" + NAME;
      if (longest.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES) {
        return parent;
      }
    }
    throw new IOException("the path of java.io.tmpdir is too long for it");
  }

  /** Tells whether a directory is one of a socket, whoever listens. */
  public static boolean isOne(Path folder) {
    return folder.getFileName().toString().matches(PREFIX + "[0-9]+") && Files.isDirectory(folder);
  }

  /** Gives the socket in such a directory. */
  public static Path in(Path folder) {
    return folder.resolve(NAME);
  }

  /** Gives its path. */
  String path() {
    return in(directory).toString();
  }

  /** Takes it away; never fails. */
  Future<Void> close() {
    return server
        .close()
        .transform(
            closed ->
                vertx.executeBlocking(
                    () -> {
                      Files.deleteIfExists(directory.resolve(NAME));
                      return Files.deleteIfExists(directory);
                    }))
        .transform(gone -> Future.succeededFuture());
  }
}
