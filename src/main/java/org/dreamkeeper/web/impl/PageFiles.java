package org.dreamkeeper.web.impl;

import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The page's files, in memory: read once, when they are made. */
public final class PageFiles {
  /** All there are; the first is what the root gives. */
  static final List<String> NAMES =
      List.of(
          "index.html",
          "act.js",
          "api.js",
          "app.js",
          "dom.js",
          "dream.js",
          "dreams.js",
          "icon.svg",
          "now.js",
          "projects.js",
          "style.css",
          "trouble.js");

  private static final String FOLDER = "/org/dreamkeeper/web/page/";
  private final Map<String, StaticFile> files = new TreeMap<>();

  /** Reads them. */
  public PageFiles() {
    NAMES.forEach(name -> files.put("/" + name, load(name)));
    files.put("/", files.get("/" + NAMES.get(0)));
  }

  /** Adds them; who has no login yet needs them, too. */
  public void mount(Routes routes) {
    files.forEach((path, file) -> routes.add(path, file::send, HttpMethod.GET, HttpMethod.HEAD));
  }

  private static StaticFile load(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
      return StaticFile.of(name.substring(name.lastIndexOf('.') + 1), in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
