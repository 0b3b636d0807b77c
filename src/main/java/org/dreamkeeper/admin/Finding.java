package org.dreamkeeper.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Words;

/**
 * Something that is not as it should be, or that somebody should look at. Immutable.
 *
 * @param kind what it is
 * @param place where a person finds it
 * @param detail what is the matter with it, one line
 * @param id of an unreadable entry, for {@link AdminClient#setAside}
 * @param fields of a state that was set aside: those that the state is without now, for {@link
 *     AdminClient#putBack}
 * @param repair what can be done about it without losing anything
 */
public record Finding(
    Kind kind,
    String place,
    String detail,
    Optional<String> id,
    List<String> fields,
    Optional<Repair> repair) {

  /** What was found. */
  public enum Kind {
    /** The claim is not what it should be. */
    CLAIM,
    /** A temporary file that nobody will finish. */
    ABANDONED,
    /** A corrupt state that was set aside. */
    STATE_SET_ASIDE,
    /** What stands in the log and is no entry. */
    UNREADABLE_ENTRY,
    /** What was no entry, and was set aside. */
    ENTRY_SET_ASIDE,
    /** A body of the greatest size that is allowed does not fit into memory. */
    MEMORY,
    /** Something that this version does not know. */
    OTHER
  }

  /** What can be done about it. */
  public enum Repair {
    /** It can be removed; the command {@code doctor} does so. */
    REMOVE,
    /** {@link AdminClient#setAside}. */
    SET_ASIDE,
    /** {@link AdminClient#putBack}. */
    PUT_BACK,
    /** Something that this version does not know. */
    OTHER
  }

  /**
   * Reads a finding.
   *
   * @param json as the admin replies, not null
   * @return the finding
   */
  public static Finding of(JsonObject json) {
    return new Finding(
        Words.find(Kind.class, json.getString("kind")).orElse(Kind.OTHER),
        json.getString("place"),
        json.getString("detail"),
        Optional.ofNullable(json.getString("id")),
        json.getJsonArray("fields", new JsonArray()).stream().map(String.class::cast).toList(),
        Optional.ofNullable(json.getString("repair")).map(Finding::repair));
  }

  private static Repair repair(String word) {
    return switch (word) {
      case "remove" -> Repair.REMOVE;
      case "setAside" -> Repair.SET_ASIDE;
      case "putBack" -> Repair.PUT_BACK;
      default -> Repair.OTHER;
    };
  }
}
