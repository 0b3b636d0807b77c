package org.dreamkeeper.web.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A file in memory, as it is and compressed. */
record StaticFile(String type, String tag, Buffer plain, Buffer zipped) {
  private static final int ETAG_LENGTH = 32;

  /** By the end of its name. */
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json; charset=utf-8",
          "svg", "image/svg+xml");

  static StaticFile of(String ending, byte[] content) {
    try {
      ByteArrayOutputStream zipped = new ByteArrayOutputStream();
      try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
        zip.write(content);
      }
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      String tag = "\"" + HexFormat.of().formatHex(hash).substring(0, ETAG_LENGTH) + "\"";
      return new StaticFile(
          TYPES.get(ending), tag, Buffer.buffer(content), Buffer.buffer(zipped.toByteArray()));
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
