package org.dreamkeeper.node.impl;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.dreamkeeper.Requests;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a node answers whoever asks it for a project, where its actors answer as a test says. */
@ExtendWith(VertxExtension.class)
final class ReceptionTest {
  private static final long LOOK_MS = 1_000;
  private static final String AT = "served.here";

  private final TestDatabase database =
      TestDatabase.of(Path.of("/reception", UUID.randomUUID().toString()));
  private final ManualTime time = new ManualTime(0);
  private Vertx vertx;
  private NodeTable table;
  private Membership membership;
  private OpenProjects projects;
  private Reception reception;
  private String lost;

  private final Hosted hosted =
      new Hosted() {
        @Override
        public long term() {
          return 1;
        }

        @Override
        public String at() {
          return AT;
        }

        @Override
        public String lost() {
          return lost;
        }

        @Override
        public Future<Void> close() {
          return Future.succeededFuture();
        }
      };

  /** One that only beats. */
  private static final class Watching implements Membership.Looked {
    @Override
    public Future<Void> see(NodeLook look) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> expelled() {
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void serve(Vertx with) {
    vertx = with;
    table = new NodeTable(vertx, database.uri());
    membership = new Membership(table, time, true, Whereabouts.own(null, null));
    projects =
        new OpenProjects(
            table,
            membership,
            time,
            (node, project, settings) -> Future.succeededFuture(hosted),
            (project, term) -> {});
    reception = new Reception(vertx, time, projects, membership);
    onContext(
        () ->
            membership
                .enter()
                .compose(entered -> table.enterProject("p", true, new JsonObject()))
                .compose(entered -> reception.start(membership.id()))
                .onSuccess(
                    ready -> {
                      membership.watch(new Watching(), null);
                      projects.open("p");
                    }));
    until(() -> onContext(() -> Future.succeededFuture(projects.names())).contains("p"));
  }

  @AfterEach
  void leave() {
    onContext(reception::stop);
    await(membership.leave().compose(left -> table.close()));
  }

  private <T> T onContext(Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(on -> task.get().onComplete(done));
    return await(done.future());
  }

  /** Lets it beat until that has come through just now. */
  private void beats() {
    until(
        () -> {
          if (time.firesWithin(LOOK_MS)) {
            time.leap(LOOK_MS);
          }
          return membership.beats();
        });
  }

  private Future<Message<Object>> ask() {
    return vertx
        .eventBus()
        .request(
            Reception.address(membership.id()),
            null,
            Requests.options(
                "read", Reception.PROJECT, "p", Reception.ACTOR, "state", Reception.TERM, "1"));
  }

  private static FailureCode refusal(Future<Message<Object>> answer) {
    until(answer::isComplete);
    return DreamkeeperException.of(answer.cause()).code();
  }

  private static void failForTheStore(Message<?> asked) {
    asked.fail(FailureCode.STORAGE_FAILED.code(), "no answer for 10 s");
  }

  private void actor(Handler<Message<Object>> answers) {
    await(vertx.eventBus().localConsumer(AT + ".state", answers).completion());
  }

  @Test
  void whatTheStoreDoesNotAnswerIsOnlyAnAnswerOfWhoIsSureToServe() {
    actor(ReceptionTest::failForTheStore);
    assertEquals(FailureCode.STORAGE_FAILED, refusal(ask()));

    lost = "another claimed it";
    assertEquals(FailureCode.NOT_SERVING, refusal(ask()));
    lost = null;

    // It was paused: others may have taken it out, and it has not heard of it yet.
    time.leap(20_000);
    assertEquals(FailureCode.NOT_SERVING, refusal(ask()));

    beats();
    assertEquals(FailureCode.STORAGE_FAILED, refusal(ask()));
  }

  @Test
  void whatIsAnsweredAfterTheProjectWasGivenUpIsTheNextOnesToAnswer() {
    List<Message<Object>> asked = new CopyOnWriteArrayList<>();
    actor(asked::add);
    Future<Message<Object>> answer = ask();
    until(() -> !asked.isEmpty());
    onContext(
        () -> {
          projects.closeAllBut(Set.of());
          return Future.succeededFuture();
        });
    failForTheStore(asked.get(0));
    assertEquals(FailureCode.NOT_SERVING, refusal(answer));
  }
}
