package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks the dream that runs to stop by itself. */
@Command(name = "cancel", description = "Asks the dream that runs to stop, at its next renewal.")
final class CancelCommand extends ProjectAction {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "cancelled by an operator",
      description = "what the dream is told")
  String reason;

  CancelCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    Target target = reach.target();
    JsonObject lock;
    try (Asked asked = ask(target, false)) {
      lock = asked.overview().getJsonObject("lock");
    }
    JsonObject holder = lock.getJsonObject("holder");
    if (holder == null) {
      throw new CommandException(Exit.NOTHING_THERE, "nobody holds the lock: no dream runs");
    }
    if (!lock.containsKey("token")) {
      String program = Out.who(holder) + " is another program, which cannot be asked to stop";
      throw new CommandException(Exit.REFUSED, program);
    }
    JsonObject ask = JsonObject.of("token", lock.getLong("token"), "reason", reason);
    // Where nobody serves it just now, its holder hears of it from who does next.
    try (Asked asked = ask(target, true)) {
      JsonObject told = asked.keeper().ask("admin", "cancel", ask);
      String end = out().time(told.getNumber("expiresAt"));
      String text = "It is asked to stop, and hears of it at its next renewal; otherwise its lease";
      JsonObject data = asked.toJson().put("lock", lock).mergeIn(told);
      tell(data, out -> out.line(text + " ends " + end + "."));
    }
    return Exit.DONE;
  }
}
