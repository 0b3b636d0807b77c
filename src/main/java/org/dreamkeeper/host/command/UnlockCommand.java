package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Frees the lock: of a holder that is dead or whose lease ran out; by force, of any. */
@Command(
    name = "unlock",
    description =
        "Frees a lock whose holder is dead or has run out of time; --force: of any holder.")
final class UnlockCommand extends ProjectAction {
  @Option(names = "--force", description = "take it from whoever holds it")
  boolean force;

  @Option(names = "--yes", description = "do it without asking")
  boolean yes;

  UnlockCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    Target target = reach.target();
    try (Asked asked = ask(target, false)) {
      JsonObject holder = holder(asked);
      if (lives(holder) && !force) {
        String held = "the lock is held by " + Out.who(holder);
        throw new CommandException(Exit.IN_USE, held + "; --force takes it from that one");
      }
      if (lives(holder)) {
        agreed(yes, "Take the lock from " + Out.who(holder) + "?", "the lock stays as it is");
      }
    }
    // Serving it for the moment puts a lock in order that a dead host has left.
    try (Asked asked = ask(target, true)) {
      JsonObject holder = holder(asked);
      boolean left = asked.overview().getJsonObject("lock").containsKey("left");
      told(asked, holder == null && !left ? null : freed(asked, holder));
    }
    return Exit.DONE;
  }

  private static JsonObject holder(Asked asked) {
    return asked.overview().getJsonObject("lock").getJsonObject("holder");
  }

  private static boolean lives(JsonObject holder) {
    return holder != null && !holder.getBoolean("expired", false);
  }

  private void told(Asked asked, JsonObject freed) {
    JsonObject from =
        asked.keeper().found().stream()
            .map(JsonObject.class::cast)
            .filter(event -> "lock.takenOver".equals(event.getString("type")))
            .map(event -> event.getJsonObject("from"))
            .findFirst()
            .orElse(freed);
    String text =
        from == null ? "The lock was free." : "The lock is free: " + Out.who(from) + " had it.";
    tell(asked.toJson().put("freed", from != null).put("from", from), out -> out.line(text));
  }

  /** Takes the lock over, as a worker would, and gives it back; tells from whom, or null. */
  private static JsonObject freed(Asked asked, JsonObject holder) {
    if (lives(holder)) {
      return evicted(asked, holder);
    }
    JsonObject who = JsonObject.of("owner", "unlock", "leaseMs", 10_000);
    JsonObject grant = asked.keeper().ask("lock", "tryAcquire", who);
    if (!grant.getBoolean("acquired")) {
      String by = Out.who(grant.getJsonObject("holder"));
      throw new CommandException(Exit.IN_USE, "the lock was taken just now by " + by);
    }
    asked.keeper().ask("lock", "rollback", null, grant.getLong("token"));
    return grant.getJsonObject("reclaimed");
  }

  private static JsonObject evicted(Asked asked, JsonObject holder) {
    JsonObject whom = JsonObject.of("reason", "unlocked by an operator");
    if (holder.getBoolean("foreign")) {
      whom.put("pid", holder.getLong("pid"));
    } else {
      whom.put("token", asked.overview().getJsonObject("lock").getLong("token"));
    }
    asked.keeper().ask("admin", "evict", whom);
    return holder;
  }
}
