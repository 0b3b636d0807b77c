package org.dreamkeeper.web.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** The page's files, in memory: read once, when they are made. */
public final class PageFiles {
  /** All there are; the first is what the root gives. */
  static final List<String> NAMES = List.of("index.html");

  private static final String FOLDER = "/org/dreamkeeper/web/page/";
  private static final int ETAG_LENGTH = 32;

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json; charset=utf-8",
          "svg", "image/svg+xml");

  /** Makes them. */
  public PageFiles() {}

  /** Adds them; who has no login yet needs them, too. */
  public void mount(Routes routes) {
    for (String name : NAMES) {
      StaticFile file = load(name);
      routes.add("/" + name, file::send, HttpMethod.GET, HttpMethod.HEAD);
      if (name.equals(NAMES.get(0))) {
        routes.add("/", file::send, HttpMethod.GET, HttpMethod.HEAD);
      }
    }
  }

  private static StaticFile load(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return StaticFile.of(type, in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** A file, as it is and compressed. */
  record StaticFile(String type, String tag, Buffer plain, Buffer zipped) {
    static StaticFile of(String type, byte[] content) {
      try {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
          zip.write(content);
        }
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
        String tag = "\"" + HexFormat.of().formatHex(hash).substring(0, ETAG_LENGTH) + "\"";
        return new StaticFile(
            type, tag, Buffer.buffer(content), Buffer.buffer(zipped.toByteArray()));
      } catch (IOException | NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    void send(RoutingContext request) {
      HttpServerResponse response = request.response();
      response
          .putHeader("ETag", tag)
          .putHeader("Cache-Control", "no-cache")
          .putHeader("Vary", "Accept-Encoding");
      String known = request.request().getHeader("If-None-Match");
      if (known != null && known.contains(tag)) {
        response.setStatusCode(304).end().otherwiseEmpty();
        return;
      }
      response.putHeader("Content-Type", type);
      String accepted = request.request().getHeader("Accept-Encoding");
      boolean zip = accepted != null && accepted.toLowerCase(Locale.ROOT).contains("gzip");
      if (zip) {
        response.putHeader("Content-Encoding", "gzip");
      }
      response.end(zip ? zipped : plain).otherwiseEmpty();
    }
  }
}
