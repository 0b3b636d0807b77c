package org.dreamkeeper.texts;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.Disk;
import org.dreamkeeper.file.FileStat;

/**
 * Where one dream's undo puts what it moves away, beside the texts: {@code .dreamkeeper.undo-<id>}.
 * Nothing is destroyed, and nothing that somebody wrote meanwhile is replaced.
 *
 * <ol>
 *   <li>What stands at a path is moved to {@code moving/<operation>/<path>}, and looked at there:
 *       nobody reaches it by its name any more.
 *   <li>If it is not what it should be, it goes back: it gets its name again unless somebody has
 *       taken that.
 *   <li>Else the old text is put there in the same way, and what was moved to {@code
 *       <operation>/<path>}, where it stays.
 *   <li>What a crash has left under {@code moving} goes back first of all.
 * </ol>
 *
 * <p>Blocking, and used by one thread at a time: whoever holds the lock.
 */
public final class UndoBin {
  /** What a bin's name begins with. */
  static final String PREFIX = ".dreamkeeper.undo-";

  /** The folder in it of what is under way. */
  static final String MOVING = "moving";

  private static final int MAX_PLAN_BYTES = 64 << 20;

  private final Texts texts;
  private final Places places;
  private final Disk disk;
  private final Path bin;
  private final Path moving;
  private final Path plan;

  UndoBin(Texts texts, Places places, String id) {
    this.texts = texts;
    this.places = places;
    this.disk = places.disk();
    this.bin = places.root().resolve(PREFIX + id);
    this.moving = bin.resolve(MOVING);
    this.plan = bin.resolve("plan.json");
  }

  /** Keeps what an undo rests on, for the case of a crash. */
  public void begin(JsonObject what) {
    Texts.told(
        bin.toString(),
        () -> {
          disk.createDirectories(bin);
          disk.delete(plan);
          disk.create(plan, JsonText.print(what), plan, true);
          disk.syncDirectory(bin);
          disk.syncDirectory(places.root());
          return null;
        });
  }

  /** Gives what an undo rested on that did not end; empty if that is not known. */
  public Optional<JsonObject> begun() {
    return Texts.told(
        bin.toString(),
        () ->
            disk.stat(plan).isEmpty()
                ? Optional.empty()
                : JsonText.parseObject(disk.read(plan, MAX_PLAN_BYTES)));
  }

  /** Takes note that an undo has ended. */
  public void end() {
    Texts.told(bin.toString(), () -> disk.delete(plan));
  }

  /**
   * Puts a text, or nothing for null, in the place of what is there.
   *
   * @param operation for which this is done
   * @param expected what must be there
   * @return why it was left as it is; null if it is done
   */
  public String replace(int operation, String path, Found expected, String text) {
    return Texts.told(
        path,
        () -> {
          byte[] content = text == null ? null : Texts.bytes(path, text);
          Path place = content == null ? places.of(path) : places.withParents(path);
          if (!texts.found(place).same(expected)) {
            return "it has changed";
          }
          if (expected.nothing()) {
            return content == null || put(place, content, place) ? null : "it has changed";
          }
          Path away = moveAway(operation, path, place, expected);
          if (away == null) {
            return "it has changed";
          }
          return content == null
              ? kept(operation, path, away)
              : putInPlace(operation, path, place, content, away);
        });
  }

  private String putInPlace(int operation, String path, Path place, byte[] content, Path away)
      throws IOException {
    boolean done;
    try {
      done = put(place, content, away);
    } catch (IOException failure) {
      putBack(operation, path, place, away);
      throw failure;
    }
    kept(operation, path, away);
    return done ? null : "somebody has written it anew";
  }

  /**
   * Moves a file back to where nothing is.
   *
   * @param expected what must be at {@code from}
   * @return why it was left as it is; null if it is done
   */
  public String moveBack(int operation, String from, Found expected, String to) {
    return Texts.told(
        from,
        () -> {
          Path source = places.of(from);
          Path target = places.withParents(to);
          if (!texts.found(source).same(expected)) {
            return from + " has changed";
          }
          Path away = moveAway(operation, from, source, expected);
          if (away == null) {
            return from + " has changed";
          }
          try {
            disk.link(target, away);
          } catch (FileAlreadyExistsException somebody) {
            putBack(operation, from, source, away);
            return "somebody has written it anew";
          } catch (IOException failure) {
            putBack(operation, from, source, away);
            throw failure;
          }
          disk.syncDirectory(target.getParent());
          disk.delete(away);
          return null;
        });
  }

  /** Moves a file away; null if it was not what it should be, and is where it was. */
  private Path moveAway(int operation, String path, Path place, Found expected) throws IOException {
    Path away = moving.resolve(Integer.toString(operation)).resolve(path);
    disk.createDirectories(away.getParent());
    disk.rename(place, away);
    disk.syncDirectory(away.getParent());
    disk.syncDirectory(place.getParent());
    if (texts.found(away).same(expected)) {
      return away;
    }
    putBack(operation, path, place, away);
    return null;
  }

  /** Puts a new file where nothing is; false if something is. */
  private boolean put(Path place, byte[] content, Path like) throws IOException {
    Path fresh = bin.resolve("new");
    disk.createDirectories(bin);
    disk.delete(fresh);
    disk.create(fresh, content, like, true);
    try {
      disk.link(place, fresh);
    } catch (FileAlreadyExistsException somebody) {
      return false;
    } finally {
      disk.delete(fresh);
    }
    disk.syncDirectory(place.getParent());
    return true;
  }

  private void putBack(int operation, String path, Path place, Path away) throws IOException {
    try {
      disk.link(place, away);
    } catch (FileAlreadyExistsException somebody) {
      kept(operation, path, away);
      return;
    } catch (IOException noLink) {
      // As for a file of another user's.
      if (disk.stat(place).isPresent()) {
        throw noLink;
      }
      disk.rename(away, place);
    }
    disk.syncDirectory(place.getParent());
    disk.delete(away);
  }

  /** Puts away what was moved; gives null. */
  private String kept(int operation, String path, Path away) throws IOException {
    Path first = bin.resolve(Integer.toString(operation)).resolve(path);
    Path target = first;
    for (int n = 2; disk.stat(target).isPresent(); n++) {
      target = first.resolveSibling(first.getFileName() + "." + n);
    }
    disk.createDirectories(target.getParent());
    disk.rename(away, target);
    disk.syncDirectory(target.getParent());
    return null;
  }

  /** Puts back what a crash has left under way. */
  public void recover() {
    Texts.told(
        bin.toString(),
        () -> {
          if (disk.stat(moving).isPresent()) {
            for (String operation : disk.list(moving)) {
              recover(Integer.parseInt(operation), "", moving.resolve(operation));
            }
          }
          return null;
        });
  }

  private void recover(int operation, String above, Path folder) throws IOException {
    for (String name : List.copyOf(disk.list(folder))) {
      Path away = folder.resolve(name);
      String path = above + name;
      if (disk.stat(away).filter(FileStat::directory).isPresent()) {
        recover(operation, path + "/", away);
      } else {
        putBack(operation, path, places.withParents(path), away);
      }
    }
    disk.delete(folder);
  }
}
