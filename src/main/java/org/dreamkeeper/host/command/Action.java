package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.dreamkeeper.Serving;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: they are about projects, and end with a code. */
abstract class Action implements Callable<Integer> {
  @Mixin final Reach reach;
  @Spec CommandSpec spec;

  private final Terminal terminal;

  Action(Terminal terminal) {
    this.terminal = terminal;
    this.reach = new Reach(terminal);
  }

  Terminal terminal() {
    return terminal;
  }

  Out out() {
    return new Out(terminal.out(), terminal.colour() && !reach.json, terminal.clock());
  }

  /** Carries it out, and says how it ended. */
  @Override
  public final Integer call() {
    try {
      return carryOut().code();
    } catch (RuntimeException failure) {
      return Commands.failed(terminal, spec.name(), reach.json, CommandException.of(failure));
    }
  }

  abstract Exit carryOut();

  /** Says in JSON what was found. */
  void json(JsonObject data) {
    out().json(spec.name(), data);
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

    /** Describes where it stands, for a script. */
    JsonObject toJson() {
      JsonObject json =
          JsonObject.of(
              "address", serving.map(Serving::address).orElse(target.address()),
              "place", target.place(),
              "served", serving.isPresent());
      serving.ifPresent(host -> json.put("pid", host.pid()));
      return json;
    }

    /** Describes it for a person. */
    String title() {
      String by = serving.map(host -> "served by PID " + host.pid()).orElse("served by nobody");
      return serving.map(Serving::address).orElse(target.address())
          + "  "
          + target.place()
          + "  ("
          + by
          + ")";
    }
  }

  Asked ask(Target target, boolean writes) {
    return patiently(
        () -> {
          Target.Found found = target.find(terminal);
          return new Asked(found.target(), found.serving(), found.open(terminal, writes));
        });
  }

  /** Does what may take long, and tells a person who looks on that it goes on. */
  <T> T patiently(Supplier<T> work) {
    Runnable done = terminal.patience();
    try {
      return work.get();
    } finally {
      done.run();
    }
  }

  /** What is done with each project in turn, where it is about several. */
  interface About {
    JsonObject tell(Asked asked);
  }

  /** Tells of all projects that are meant. */
  void each(About about) {
    List<Target> all = reach.targets();
    JsonArray told = new JsonArray();
    for (Target target : all) {
      try (Asked asked = ask(target, false)) {
        told.add(asked.toJson().mergeIn(about.tell(asked)));
      }
    }
    if (reach.json) {
      json(JsonObject.of("projects", told));
    }
  }
}
