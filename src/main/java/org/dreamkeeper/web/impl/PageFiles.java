package org.dreamkeeper.web.impl;

import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The page's files and the OpenAPI document, in memory: read once, for all routers. */
public final class PageFiles {
  /** All there are; the first is what the root gives. */
  static final List<String> NAMES =
      List.of(
          "index.html",
          "act.js",
          "address.js",
          "api.js",
          "app.js",
          "dom.js",
          "door.js",
          "dream.js",
          "dreams.js",
          "icon.svg",
          "now.js",
          "projects.js",
          "style.css",
          "trouble.js");

  private static final String FOLDER = "/org/dreamkeeper/web/";
  private static final String API = "openapi.json";
  private static final Map<String, StaticFile> FILES = read();

  private PageFiles() {}

  private static Map<String, StaticFile> read() {
    Map<String, StaticFile> files = new TreeMap<>();
    NAMES.forEach(name -> files.put("/" + name, load("page/" + name)));
    files.put("/", files.get("/" + NAMES.get(0)));
    files.put("/" + API, load(API));
    return Collections.unmodifiableMap(files);
  }

  /**
   * Adds them; who has no login yet needs them, too. Blocks for some milliseconds the first time.
   */
  public static void mount(Routes routes) {
    FILES.forEach((path, file) -> routes.add(path, file::send, HttpMethod.GET, HttpMethod.HEAD));
  }

  private static StaticFile load(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
      return StaticFile.of(name.substring(name.lastIndexOf('.') + 1), in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
