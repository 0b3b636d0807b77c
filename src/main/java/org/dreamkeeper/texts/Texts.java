package org.dreamkeeper.texts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.FileStat;
import org.slf4j.Logger;

/**
 * The texts of a folder, blocking. What goes wrong is a {@link DreamkeeperException} of one line:
 * INVALID_REQUEST for a path or a file that is none of ours to touch, STORAGE_FAILED for the disk.
 */
public final class Texts {
  /** As large as a text may be, bytes; what is larger is left alone. */
  public static final int MAX_BYTES = 16 << 20;

  private static final String NEW = ".dreamkeeper.new";

  private static final Logger LOG = Log.of(Texts.class);

  private final Places places;
  private final Disk disk;
  private final String baseDir;

  private Texts(Places places, String baseDir) {
    this.places = places;
    this.disk = places.disk();
    this.baseDir = baseDir;
  }

  /** What may fail for the disk. */
  @FunctionalInterface
  interface Deed<T> {
    T run() throws IOException;
  }

  /** The base directory of the project may be null. */
  static Texts in(Path root, Disk disk, String baseDir) {
    return told("the texts " + root, () -> new Texts(Places.in(root, disk), baseDir));
  }

  static <T> T told(String what, Deed<T> deed) {
    try {
      return deed.run();
    } catch (IOException failure) {
      throw new DreamkeeperException(
          FailureCode.STORAGE_FAILED, OneLine.of(what + ": " + DiskFailure.reason(failure)));
    }
  }

  /** Looks what stands at a path. */
  public Found look(String path) {
    return told(path, () -> found(places.of(path)));
  }

  Found found(Path place) throws IOException {
    Optional<FileStat> stat = disk.stat(place);
    if (stat.isEmpty()) {
      return Found.NOTHING;
    }
    FileStat is = stat.get();
    String version = "%d %s %s".formatted(is.size(), is.modified(), is.key());
    if (!is.regular()) {
      String kind = is.directory() ? "it is a directory" : "it is a link or a device";
      return new Found(kind + " " + is.key(), kind, false);
    }
    if (is.size() > MAX_BYTES) {
      return new Found(version, "it is larger than " + MAX_BYTES + " bytes", true);
    }
    try {
      return Found.of(disk.read(place, MAX_BYTES + 1L));
    } catch (NoSuchFileException gone) {
      return Found.NOTHING;
    } catch (IOException unreadable) {
      return new Found(version, "it cannot be read: " + DiskFailure.reason(unreadable), true);
    }
  }

  /** The same; a path that leads nowhere is told as what is there, too. */
  public Found lookAtAny(String path) {
    try {
      return look(path);
    } catch (DreamkeeperException refused) {
      return new Found(refused.reason(), refused.reason(), false);
    }
  }

  /** Reads a text; empty if there is none. */
  public Optional<String> read(String path) {
    return told(
        path,
        () -> {
          Path place = places.of(path);
          Found there = found(place);
          if (there.nothing()) {
            return Optional.empty();
          }
          if (!there.file()) {
            throw Places.refused(path, there.reason());
          }
          ByteBuffer content = ByteBuffer.wrap(disk.read(place, MAX_BYTES));
          try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(content).toString());
          } catch (CharacterCodingException binary) {
            throw Places.refused(path, "it is not UTF-8 text");
          }
        });
  }

  /** Puts a text in the place of what was seen there, which must still be so. */
  public void write(String path, Found seen, String text) {
    told(
        path,
        () -> {
          byte[] content = bytes(path, text);
          Path place = places.withParents(path);
          Path fresh = places.root().resolve(NEW).resolve(UUID.randomUUID().toString());
          disk.createDirectories(fresh.getParent());
          disk.create(fresh, content, place, true);
          try {
            expect(path, place, seen);
            if (seen.nothing()) {
              link(path, place, fresh);
            } else {
              disk.rename(fresh, place);
            }
          } finally {
            disk.delete(fresh);
          }
          disk.syncDirectory(place.getParent());
          return null;
        });
  }

  static byte[] bytes(String path, String text) {
    try {
      ByteBuffer content = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      if (content.remaining() > MAX_BYTES) {
        throw Places.refused(path, "its text is larger than " + MAX_BYTES + " bytes");
      }
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      return bytes;
    } catch (CharacterCodingException half) {
      throw Places.refused(path, "its text has half of a surrogate pair");
    }
  }

  /** Moves a text, which must still be as it was seen, to where nothing is. */
  public void move(String from, Found seen, String to) {
    told(
        from,
        () -> {
          Path source = places.of(from);
          Path target = places.withParents(to);
          expect(from, source, seen);
          link(to, target, source);
          disk.delete(source);
          disk.syncDirectory(target.getParent());
          disk.syncDirectory(source.getParent());
          return null;
        });
  }

  /** Deletes a text, which must still be as it was seen. */
  public void delete(String path, Found seen) {
    told(
        path,
        () -> {
          Path place = places.of(path);
          expect(path, place, seen);
          disk.delete(place);
          disk.syncDirectory(place.getParent());
          return null;
        });
  }

  /** Unlike a rename, this replaces nothing. */
  private void link(String path, Path place, Path file) throws IOException {
    try {
      disk.link(place, file);
    } catch (FileAlreadyExistsException somebody) {
      throw changed(path);
    }
  }

  private void expect(String path, Path place, Found seen) throws IOException {
    if (!found(place).same(seen)) {
      throw changed(path);
    }
  }

  private static DreamkeeperException changed(String path) {
    return Places.refused(path, "it was changed meanwhile");
  }

  /** Gives the place beside the texts where an undo puts what it moves away. */
  public UndoBin bin(String id) {
    return new UndoBin(this, places, id);
  }

  /** Deletes what undos have moved away before a moment, ms since 1970. */
  public void sweep(long beforeMs) {
    told(places.root().toString(), () -> OldBins.sweep(places, beforeMs));
  }

  /** Clears the reference's reviews, as far as that can be done: they stop nobody. */
  public void clearReviews(String taskId, List<String> targets, Collection<String> backups) {
    try {
      ReferenceReviews reviews = ReferenceReviews.of(disk, baseDir, System.getenv());
      if (reviews != null) {
        reviews.deleteBackups(backups);
        reviews.reject(taskId, targets);
      }
    } catch (IOException | DreamkeeperException stay) {
      LOG.warn("reviews of what was taken back stay: {}", stay.getMessage());
    }
  }

  /** Reads a stub that the reference left where it archived a text; null if it is none. */
  public ArchiveStub stub(String path) {
    return read(path).map(ArchiveStub::parse).orElse(null);
  }
}
