package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.Serving;
import picocli.CommandLine.Mixin;

/** What is asked of projects, or done to one. */
abstract class ProjectAction extends Action {
  @Mixin final Reach reach;

  ProjectAction(Terminal terminal) {
    super(terminal);
    this.reach = new Reach(terminal);
  }

  /** Somebody who can be asked about a project, and who serves it, if a host does. */
  record Asked(Target target, Optional<Serving> serving, Keeper keeper) implements AutoCloseable {
    @Override
    public void close() {
      keeper.close();
    }

    JsonObject overview() {
      return keeper.ask("admin", "overview", null);
    }

    /** Gives an entry of the log that must be there. */
    JsonObject entry(String id) {
      JsonObject entry = keeper.ask("log", "getById", JsonObject.of("id", id));
      if (entry == null) {
        String why = "there is no entry " + id + " that can be read";
        throw new CommandException(Exit.NOTHING_THERE, why);
      }
      return entry;
    }

    private String address() {
      return serving.map(Serving::address).orElse(target.address());
    }

    /** Describes where it stands, for a script. */
    JsonObject toJson() {
      JsonObject json = JsonObject.of("address", address(), "place", target.place());
      json.put("served", serving.isPresent());
      serving.ifPresent(host -> json.put("pid", host.pid()));
      return json;
    }

    /** Describes it for a person. */
    String title() {
      String by = serving.map(host -> "served by PID " + host.pid()).orElse("served by nobody");
      return address() + "  " + target.place() + "  (" + by + ")";
    }
  }

  Asked ask(Target target, boolean writes) {
    return patiently(() -> target.ask(terminal(), writes));
  }

  /** Does what may take long, and tells a person who looks on that it goes on. */
  <T> T patiently(Supplier<T> work) {
    Runnable done = terminal().patience();
    try {
      return work.get();
    } finally {
      done.run();
    }
  }

  /** How an answer is shown to a person. */
  interface Shown {
    void show(Asked asked, JsonObject answer, Out out);
  }

  /** Asks about all projects that are meant, and tells the answers. */
  Exit each(Function<Asked, JsonObject> question, Shown shown) {
    JsonArray told = new JsonArray();
    for (Target target : reach.targets()) {
      try (Asked asked = ask(target, false)) {
        JsonObject answer = question.apply(asked);
        if (!json) {
          out().line(Out.BOLD, asked.title());
          shown.show(asked, answer, out());
        }
        told.add(asked.toJson().mergeIn(answer));
      }
    }
    if (json) {
      tell(JsonObject.of("projects", told), none -> {});
    }
    return Exit.DONE;
  }
}
