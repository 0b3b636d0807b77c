package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.dreamkeeper.host.command.Diagnosis.Cause;
import picocli.CommandLine.Command;

/** Tells whether a project dreams, and if not, why not. */
@Command(name = "why", description = "Tells why a project does not dream, and what to do about it.")
final class WhyCommand extends Action {
  WhyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    each(this::tell);
    return Exit.DONE;
  }

  private JsonObject tell(Asked asked) {
    JsonObject overview = asked.overview();
    Out out = out();
    List<Cause> causes = Diagnosis.of(asked, overview, terminal(), out);
    if (!reach.json) {
      out.title(asked.title());
      causes.forEach(cause -> tell(cause, out));
      if (causes.isEmpty()) {
        String last = out.time(overview.getLong("lastAskedAt"));
        out.line("  Nothing keeps it from dreaming: all gates are open; a worker asked " + last);
      }
    }
    return JsonObject.of(
        "dreams", causes.isEmpty(), "causes", Diagnosis.toJson(causes), "overview", overview);
  }

  private static void tell(Cause cause, Out out) {
    out.trouble(cause.id(), cause.text());
    if (cause.nextEligibleAt() != null) {
      out.more("It is over at " + out.time(cause.nextEligibleAt()));
    }
    if (cause.advice() != null) {
      out.more(cause.advice());
    }
  }
}
