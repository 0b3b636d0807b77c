package com.example.notes;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamOperation;

/** A folder of small notes, which become one. It blocks: its verticle has to be a worker. */
public final class Inbox implements Notes {
  private static final String TOGETHER = "together.md";

  private final Path folder;

  public Inbox(Path folder) {
    this.folder = folder;
  }

  @Override
  public DreamOperation plan() {
    Map<String, String> texts = texts();
    return new Consolidate(
        Consolidate.Action.MERGE,
        List.copyOf(texts.keySet()),
        TOGETHER,
        texts,
        false,
        "one file is easier to read");
  }

  @Override
  public Future<String> merge() {
    Map<String, String> texts = texts();
    try {
      Files.writeString(folder.resolve(TOGETHER), String.join("\n", texts.values()));
      for (String name : texts.keySet()) {
        if (!name.equals(TOGETHER)) {
          Files.delete(folder.resolve(name));
        }
      }
      return Future.succeededFuture(texts.size() + " notes are one");
    } catch (IOException failed) {
      return Future.failedFuture(failed);
    }
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".md")).toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
      return texts;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
